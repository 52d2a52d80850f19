using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace OrleansTasks.Silo;

/// <summary>Writes to the console, once the silo has started, which tasks are registered and which addresses it serves.</summary>
internal sealed class StartReport(ITaskClient tasks, IServer server, IHostApplicationLifetime lifetime, SiloSettings settings)
    : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(() => started.TrySetResult());
        try
        {
            await started.Task.WaitAsync(stoppingToken);
            await WriteAsync(stoppingToken);
        }
        catch (Exception e) when (stoppingToken.IsCancellationRequested || e is TaskException)
        {
            // The host failed to start and reports the error itself, or it is already stopping, or the silo cannot answer and logs the
            // reason.
        }
    }

    private async Task WriteAsync(CancellationToken stoppingToken)
    {
        var registered = new List<TaskInfo>();
        await foreach (var task in tasks.ListAsync(new TaskQuery { Limit = 50 }, stoppingToken))
        {
            registered.Add(task);
        }

        Console.WriteLine(Text(registered, server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []));
    }

    private string Text(List<TaskInfo> registered, ICollection<string> addresses)
    {
        var text = new StringBuilder().AppendLine()
            .AppendLine($"The silo runs on {settings.Address}, port {settings.Port}; web servers connect to port {settings.GatewayPort}.")
            .AppendLine(settings.Describe()).AppendLine();
        var width = registered.Max(t => (int?)t.Name.Length) ?? 0;
        foreach (var task in registered)
        {
            text.AppendLine($"  {task.Name.PadRight(width)}  {task.ScheduleDescription ?? "by request"}");
        }

        text.AppendLine();
        foreach (var address in addresses)
        {
            text.AppendLine($"  {address}/tasks").AppendLine($"  {address}/api/tasks").AppendLine($"  {address}/openapi/v1.json");
        }

        return text.ToString();
    }
}
