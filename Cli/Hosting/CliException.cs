namespace OrleansTasks.Cli.Hosting;

/// <summary>Represents an error that is shown on one line: what is wrong, and what to do.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="message">The line to show.</param>
/// <param name="details">The JSON that the server sent about the error, or null if there is none.</param>
internal sealed class CliException(int exitCode, string message, string? details = null) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public string? Details { get; } = details;

    /// <summary>Gets the single errors if there are several. Each is shown on its own line.</summary>
    public IReadOnlyList<string> Points { get; init; } = [];

    public static CliException Usage(string message) => new(ExitCodes.Usage, message);
}
