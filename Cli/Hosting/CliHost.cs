namespace OrleansTasks.Cli.Hosting;

/// <summary>Provides everything that the tool uses of its machine, so that tests can replace it.</summary>
internal sealed record CliHost
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required TextReader In { get; init; }

    /// <summary>Gets whether the output goes to a terminal.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Gets whether the tool can ask the user.</summary>
    public bool CanAsk { get; init; }

    /// <summary>Gets the number of characters on a line.</summary>
    public int Width { get; init; } = 1000;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets the function that returns the value of an environment variable.</summary>
    public Func<string, string?> Variable { get; init; } = static _ => null;

    /// <summary>Gets the path of the file with the profiles.</summary>
    public required string ProfilesFile { get; init; }

    public static CliHost OfThisProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        In = Console.In,
        IsTerminal = !Console.IsOutputRedirected,
        CanAsk = !Console.IsInputRedirected && !Console.IsOutputRedirected,
        Width = Console.IsOutputRedirected ? 1000 : Math.Max(40, Console.WindowWidth),
        Variable = Environment.GetEnvironmentVariable,
        ProfilesFile =
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify),
                "orleanstasks", "profiles.json"),
    };
}
