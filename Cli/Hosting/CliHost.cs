namespace OrleansTasks.Cli.Hosting;

/// <summary>All that the tool has of the machine that it runs on, so that tests can stand in for it.</summary>
internal sealed record CliHost
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    public required TextReader In { get; init; }

    /// <summary>Whether a person reads what is written.</summary>
    public bool IsTerminal { get; init; }

    /// <summary>Whether a person can be asked.</summary>
    public bool CanAsk { get; init; }

    /// <summary>The characters of a line.</summary>
    public int Width { get; init; } = 1000;

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Reads a variable of the environment.</summary>
    public Func<string, string?> Variable { get; init; } = static _ => null;

    /// <summary>The file of the profiles.</summary>
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
        ProfilesFile = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "orleanstasks", "profiles.json"),
    };
}
