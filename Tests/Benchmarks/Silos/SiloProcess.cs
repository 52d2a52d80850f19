using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Benchmarks;

/// <summary>Runs the measured silo in a separate process.</summary>
internal sealed class SiloProcess : IAsyncDisposable
{
    public const string Verb = "silo";
    public const string Ready = "ready";
    private static long _handled;
    private readonly Process _process;

    private SiloProcess(Process process, int gatewayPort)
    {
        _process = process;
        GatewayPort = gatewayPort;
    }

    public int GatewayPort { get; }

    /// <summary>Gets the processor time of the process.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Starts a silo. The verb selects which one.</summary>
    public static async Task<SiloProcess> StartAsync(string verb = Verb, params string[] more)
    {
        var gateway = Ports.Take();
        var process = Launch([verb, "--gateway", $"{gateway}", .. more]);
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line == Ready)
            {
                return new SiloProcess(process, gateway);
            }
        }

        throw new InvalidOperationException($"The silo did not start; it ended with {process.ExitCode}.");
    }

    /// <summary>Starts this program again, on free ports if none are given.</summary>
    public static Process Launch(params string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardInput = true };
        string[] all =
        [
            .. Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet"
                ? [Environment.GetCommandLineArgs()[0]]
                : Array.Empty<string>(),
            .. arguments,
            .. arguments.Contains("--gateway") ? Array.Empty<string>() : ["--gateway", $"{Ports.Take()}"],
            "--port", $"{Ports.Take()}",
        ];
        foreach (var argument in all)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    /// <summary>Runs the silo until its standard input ends.</summary>
    public static async Task ServeAsync(BenchmarkOptions options)
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.UseOrleans(silo => silo
            .UseLocalhostClustering(options.Port, options.GatewayPort)
            .UseInMemoryTasks()
            .AddTasks(tasks =>
            {
                tasks.Define("handled", () => Interlocked.Read(ref _handled));
                for (var n = 0; n < 64; n++)
                {
                    tasks.Define($"noop-{n}", (int number, string text) =>
                    {
                        Interlocked.Increment(ref _handled);
                        return number;
                    });
                }
            }));
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine(Ready);
        await Console.In.ReadToEndAsync();
        await host.StopAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
