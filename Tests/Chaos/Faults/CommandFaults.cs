using System.Diagnostics;
using System.Globalization;

namespace OrleansTasks.Chaos.Faults;

/// <summary>
/// Lets a program of the user inject the faults: <c>CMD begin KIND N</c> and <c>CMD heal KIND N</c>, where N is a silo's number or
/// <c>all</c>.
/// </summary>
internal sealed class CommandFaults(string command, string logPath, TimeProvider time) : IFaultMaker
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    // The program prepares what it needs by itself.
    public Task PrepareAsync(Fault fault) => Task.CompletedTask;

    public Task BeginAsync(Fault fault) => RunAsync("begin", fault);

    public Task HealAsync(Fault fault) => RunAsync("heal", fault);

    private async Task RunAsync(string verb, Fault fault)
    {
        var victim = fault.Victim is Victim.Silo silo ? silo.Number.ToString(CultureInfo.InvariantCulture) : "all";
        string[] words = [verb, fault.Kind.ToString().ToLowerInvariant(), victim];

        // Write to a file, not to a pipe: a silo that the program starts keeps the output open as long as it lives.
        using var process =
            Process.Start(new ProcessStartInfo("/bin/sh", ["-c", $"{command} \"$@\" </dev/null >>\"$INJECT_LOG\" 2>&1", "sh", .. words])
            {
                Environment = { ["INJECT_LOG"] = logPath },
            })!;
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience, time);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: false);
            throw new CheckImpossibleException($"'{command} {string.Join(' ', words)}' has not returned within {Patience}; see {logPath}.");
        }

        if (process.ExitCode != 0)
        {
            throw new CheckImpossibleException(
                $"'{command} {string.Join(' ', words)}' ended with exit code {process.ExitCode}; see {logPath}.");
        }
    }
}
