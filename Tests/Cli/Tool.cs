using System.Text.Json;
using OrleansTasks.Cli.Commands;
using OrleansTasks.Cli.Hosting;

namespace OrleansTasks.Tests.Cli;

/// <summary>Stores the output and the exit code of the tool.</summary>
internal sealed record Ended(int Code, string Out, string Error)
{
    public JsonElement Json => JsonSerializer.Deserialize<JsonElement>(Out);

    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Checks that the tool succeeded, and returns its output.</summary>
    public string Done()
    {
        Assert.True(Code == 0, $"{Code}: {Error}{Out}");
        return Out;
    }
}

/// <summary>Runs the tool in this process, with its own folder and environment variables.</summary>
internal sealed class Tool : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-cli-").FullName;

    public Tool(TestSilo silo) => Variables["ORLEANSTASKS_SERVER"] = silo.Address;

    public Tool()
    {
    }

    public Dictionary<string, string> Variables { get; } = [];

    public string Profiles => Path.Combine(_folder, "config", "profiles.json");

    public bool IsTerminal { get; set; }

    /// <summary>Sets the current time. Null uses the clock of this machine.</summary>
    public DateTimeOffset? Now { get; set; }

    public string Input { get; set; } = "";

    public string File(string name, string? text = null)
    {
        var path = Path.Combine(_folder, name);
        if (text is not null)
        {
            System.IO.File.WriteAllText(path, text);
        }

        return path;
    }

    public async Task<Ended> RunAsync(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        return new Ended(await RunAsync(args, output, error, TestContext.Current.CancellationToken), output.ToString(), error.ToString());
    }

    public Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken ct) => CommandLine.InvokeAsync(
        args,
        new CliHost
        {
            Out = output,
            Error = error,
            In = new StringReader(Input),
            IsTerminal = IsTerminal,
            CanAsk = IsTerminal,
            Time = Now is { } now ? new FixedTime(now) : TimeProvider.System,
            Variable = name => Variables.GetValueOrDefault(name),
            ProfilesFile = Profiles
        },
        ct);

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}

/// <summary>Provides a clock that always shows the same time.</summary>
internal sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
