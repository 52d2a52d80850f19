namespace OrleansTasks.Cli.Hosting;

/// <summary>An error that is told in one line: what is wrong, and what to do.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="message">The line.</param>
/// <param name="details">What the server sent about it, as JSON; null if nothing.</param>
internal sealed class CliException(int exitCode, string message, string? details = null) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public string? Details { get; } = details;

    /// <summary>What is wrong, where it is several things; each is a line of its own.</summary>
    public IReadOnlyList<string> Points { get; init; } = [];

    public static CliException Usage(string message) => new(ExitCodes.Usage, message);
}
