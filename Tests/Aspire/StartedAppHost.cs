using System.Collections.Immutable;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Aspire;

/// <summary>The app host of <c>Tests/AppHost</c>, started with all its programs.</summary>
internal sealed class StartedAppHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly DistributedApplication _app;

    private StartedAppHost(DistributedApplication app) => _app = app;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts it.</summary>
    /// <param name="redis">The connection string of a Redis that is there already.</param>
    /// <param name="telemetry">Where its programs are to send their telemetry, as they do to the dashboard of Aspire.</param>
    public static async Task<StartedAppHost> StartAsync(string redis, Uri telemetry)
    {
        // Development, as with 'dotnet run': telemetry is then sent each second.
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.OrleansTasks_Tests_AppHost>(
            ["--environment=Development", $"--ConnectionStrings:redis={redis}", $"--ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL={telemetry}"], Stop);

        // The receiver takes protobuf over HTTP, and no gRPC.
        builder.Configuration["ASPIRE_DASHBOARD_OTLP_ENDPOINT_URL"] = null;
        builder.Services.AddLogging(static logs => logs.ClearProviders());
        var host = new StartedAppHost(await builder.BuildAsync(Stop));
        try
        {
            await host._app.StartAsync(Stop).WaitAsync(Patience, TimeProvider.System, Stop);
            return host;
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>Waits until so many replicas of each resource are healthy, and no others are there.</summary>
    /// <returns>What the app host says of each replica.</returns>
    /// <exception cref="InvalidOperationException">One has ended, or they were not healthy in time; the message has what they wrote.</exception>
    public async Task<ILookup<string, ResourceEvent>> HealthyAsync(params (string Resource, int Replicas)[] expected)
    {
        var replicas = new Dictionary<string, ResourceEvent>();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        patience.CancelAfter(Patience);
        try
        {
            await foreach (var change in _app.ResourceNotifications.WatchAsync(patience.Token))
            {
                replicas[change.ResourceId] = change;
                if (KnownResourceStates.TerminalStates.Contains(change.Snapshot.State?.Text))
                {
                    throw new InvalidOperationException($"{change.ResourceId} is {change.Snapshot.State?.Text}. {await WrittenAsync(change.Resource)}");
                }

                var healthy = replicas.Values.Where(IsHealthy).ToLookup(static r => r.Resource.Name);
                if (expected.All(e => healthy[e.Resource].Count() == e.Replicas))
                {
                    return healthy;
                }
            }
        }
        catch (OperationCanceledException) when (!Stop.IsCancellationRequested)
        {
            // As when the notifications end: it is told below.
        }

        var texts = await Task.WhenAll(replicas.Values.Where(static r => !IsHealthy(r)).Select(async r => $"{r.ResourceId}: {r.Snapshot.State?.Text}, {await WrittenAsync(r.Resource)}"));
        throw new InvalidOperationException($"Not all are healthy. {string.Join('\n', texts)}");
    }

    /// <summary>A client for a program.</summary>
    public HttpClient Client(string resource) => _app.CreateHttpClient(resource, "http");

    /// <summary>The variables of a program's environment that the app host has set.</summary>
    public static Dictionary<string, string?> Variables(ResourceEvent replica) =>
        replica.Snapshot.EnvironmentVariables.Where(static v => v.IsFromSpec).ToDictionary(static v => v.Name, static v => v.Value);

    /// <summary>All that runs for it besides this process: the orchestrator, and what that started.</summary>
    public static async Task<IReadOnlyList<RunningProcess>> ProcessesAsync()
    {
        var all = await ProcessTree.AllAsync();
        var monitored = string.Create(CultureInfo.InvariantCulture, $" --monitor {Environment.ProcessId} ");
        return ProcessTree.From(all, all.Single(p => p.Arguments.Contains("dcp start-apiserver", StringComparison.Ordinal) && p.Arguments.Contains(monitored, StringComparison.Ordinal)));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None).WaitAsync(Patience, TimeProvider.System, CancellationToken.None);
        await _app.DisposeAsync();
    }

    // A connection string is no process, and has no health: it is there when it has a value.
    private static bool IsHealthy(ResourceEvent replica) => replica.Resource is IResourceWithoutLifetime || replica.Snapshot.HealthStatus == HealthStatus.Healthy;

    private async Task<string> WrittenAsync(IResource resource)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        await foreach (var batch in _app.Services.GetRequiredService<ResourceLoggerService>().GetAllAsync(resource))
        {
            lines.AddRange(batch.Select(static l => l.Content));
        }

        return $"It wrote:\n{string.Join('\n', lines)}";
    }
}
