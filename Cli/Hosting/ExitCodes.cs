namespace OrleansTasks.Cli.Hosting;

/// <summary>Defines the exit codes of the tool. They are part of its contract, see docs/command-line.md.</summary>
internal static class ExitCodes
{
    /// <summary>The command succeeded.</summary>
    public const int Done = 0;

    /// <summary>The run did not succeed, or the command found a problem.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or a file that it names, is not valid.</summary>
    public const int Usage = 2;

    /// <summary>The server, the cluster behind it or the database cannot be reached.</summary>
    public const int OutOfReach = 3;

    /// <summary>
    /// The server rejected the request: the task or run does not exist, its state does not allow the request, or the caller has no access.
    /// </summary>
    public const int Refused = 4;

    /// <summary>The user pressed Ctrl+C.</summary>
    public const int Interrupted = 130;
}
