using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansTasks.Chaos.Machines;

namespace OrleansTasks.Chaos;

/// <summary>Runs a web server beside the tested cluster. It listens to all results, and requests a run from time to time.</summary>
internal static class ListenerHost
{
    public const string Verb = "listener";
    private const int Milliseconds = 50;
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);
    private static readonly RunOptions Options = new() { Timeout = TimeSpan.FromSeconds(20) };

    public static async Task RunAsync(string[] args)
    {
        var line = CommandLine.Read(args);
        var access = new ClusterAccess(line.RequiredChoice<Store>("store"), line.Required("connection"));
        line.End();
        using var host = ClientHost.Build(access, Logs.ToConsole);
        await host.StartAsync();
        var tasks = host.Services.GetRequiredService<ITaskClient>();
        var results = await tasks.SubscribeResultsAsync();
        Console.WriteLine(ClusterProcess.Ready);
        var stop = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await await Task.WhenAny(ListenAsync(results, stop), AskAsync(tasks, stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The process stops.
        }

        await host.StopAsync();
    }

    private static async Task ListenAsync(ITaskSubscription<TaskResult> results, CancellationToken stop)
    {
        await using (results)
        {
            var heard = 0L;
            await foreach (var result in results.WithCancellation(stop))
            {
                if (++heard % 1_000 == 0)
                {
                    Console.WriteLine($"{heard} results, the last is number {result.Sequence} of {result.Task}");
                }
            }
        }
    }

    private static async Task AskAsync(ITaskClient tasks, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Period, TimeProvider.System);
        while (await timer.WaitForNextTickAsync(stop))
        {
            try
            {
                await tasks.RunAsync(SiloHost.Handler, [Milliseconds], Options, stop);
            }
            catch (TaskException e)
            {
                // A web server reports the error to its user, and serves the next one.
                Console.WriteLine($"A run was not answered: {e.Message}");
            }
        }
    }
}
