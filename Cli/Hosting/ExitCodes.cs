namespace OrleansTasks.Cli.Hosting;

/// <summary>What the tool's exit code says. They are part of its contract: see docs/command-line.md.</summary>
internal static class ExitCodes
{
    /// <summary>It was done.</summary>
    public const int Done = 0;

    /// <summary>The run did not succeed, or something is to be mended.</summary>
    public const int Failed = 1;

    /// <summary>The command line, or a file that it names, is not valid.</summary>
    public const int Usage = 2;

    /// <summary>The server, the cluster behind it or the database is out of reach.</summary>
    public const int OutOfReach = 3;

    /// <summary>The server refuses: there is no such task or run, its state forbids it, or the caller may not.</summary>
    public const int Refused = 4;

    /// <summary>Somebody pressed Ctrl+C.</summary>
    public const int Interrupted = 130;
}
