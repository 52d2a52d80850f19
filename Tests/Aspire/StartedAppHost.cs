using System.Collections.Immutable;
using System.Globalization;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Aspire;

/// <summary>Runs the app host of <c>Tests/AppHost</c> with all its programs.</summary>
internal sealed class StartedAppHost : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private readonly DistributedApplication _app;

    private StartedAppHost(DistributedApplication app) => _app = app;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>Starts the app host.</summary>
    /// <param name="redis">The connection string of a Redis that already runs.</param>
    /// <param name="telemetry">The address to which its programs send their telemetry, in place of Aspire's dashboard.</param>
    public static async Task<StartedAppHost> StartAsync(string redis, Uri telemetry)
    {
        // Programs in the Development environment, like those of 'dotnet run', send telemetry every second.
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.OrleansTasks_Tests_AppHost>(
            ["--environment=Development", $"--ConnectionStrings:redis={redis}", $"--ASPIRE_DASHBOARD_OTLP_HTTP_ENDPOINT_URL={telemetry}"],
            Stop);

        // The receiver supports protobuf over HTTP, but not gRPC.
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

    /// <summary>Waits until exactly the given number of replicas of each resource are healthy.</summary>
    /// <returns>What the app host knows about each replica.</returns>
    /// <exception cref="InvalidOperationException">
    /// A replica has ended, or some were not healthy in time. The message contains their output.
    /// </exception>
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
                    throw new InvalidOperationException(
                        $"{change.ResourceId} is {change.Snapshot.State?.Text}. {await WrittenAsync(change.Resource)}");
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
            // Time is over. The exception below reports it, as it does when the notifications end.
        }

        var texts =
            await Task.WhenAll(
                replicas.Values.Where(static r => !IsHealthy(r))
                    .Select(async r => $"{r.ResourceId}: {r.Snapshot.State?.Text}, {await WrittenAsync(r.Resource)}"));
        throw new InvalidOperationException($"Not all are healthy. {string.Join('\n', texts)}");
    }

    /// <summary>Returns an HTTP client for a program.</summary>
    public HttpClient Client(string resource) => _app.CreateHttpClient(resource, "http");

    /// <summary>Returns the environment variables that the app host has set for a program.</summary>
    public static Dictionary<string, string?> Variables(ResourceEvent replica) =>
        replica.Snapshot.EnvironmentVariables.Where(static v => v.IsFromSpec).ToDictionary(static v => v.Name, static v => v.Value);

    /// <summary>Returns all processes of the app host except this one: the orchestrator and its descendants.</summary>
    public static async Task<IReadOnlyList<RunningProcess>> ProcessesAsync()
    {
        var all = await ProcessTree.AllAsync();
        var monitored = string.Create(CultureInfo.InvariantCulture, $" --monitor {Environment.ProcessId} ");
        return ProcessTree.From(all,
            all.Single(
                p => p.Arguments.Contains("dcp start-apiserver", StringComparison.Ordinal)
                    && p.Arguments.Contains(monitored, StringComparison.Ordinal)));
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(CancellationToken.None).WaitAsync(Patience, TimeProvider.System, CancellationToken.None);
        await _app.DisposeAsync();
    }

    // A connection string has no process and no health. It counts as healthy when it has a value.
    private static bool IsHealthy(ResourceEvent replica) =>
        replica.Resource is IResourceWithoutLifetime || replica.Snapshot.HealthStatus == HealthStatus.Healthy;

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
