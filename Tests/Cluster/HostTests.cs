using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests the library in a user's host that does things in another order, or incorrectly.</summary>
public sealed class HostTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData("Development")]
    [InlineData("Production")]
    public async Task Start_WithoutStorageAndStreams_IsOneErrorThatListsAll(string environment)
    {
        var builder = Builder(environment);
        var (port, gateway) = (Ports.Take(), Ports.Take());
        builder.UseOrleans(silo => silo.UseLocalhostClustering(port, gateway).AddTasks());
        var e = await Assert.ThrowsAsync<OrleansConfigurationException>(async () =>
        {
            using var host = builder.Build();
            await host.StartAsync(Stop);
        });
        Assert.Contains("because of 3 fault(s):", e.Message, StringComparison.Ordinal);
        Assert.Contains("TaskStorage.Name", e.Message, StringComparison.Ordinal);
        Assert.Contains("TaskStreams.Provider", e.Message, StringComparison.Ordinal);
        Assert.Contains("PubSubStore", e.Message, StringComparison.Ordinal);
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Start_OnAPortThatIsInUse_NamesIt(bool gateway)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = ((IPEndPoint)other.LocalEndpoint).Port;
        var builder = Builder("Production");
        var (port, gatewayPort) = gateway ? (Ports.Take(), taken) : (taken, Ports.Take());
        builder.UseOrleans(silo => silo.UseLocalhostClustering(port, gatewayPort).UseInMemoryTasks().AddTasks());
        var e = await Assert.ThrowsAsync<OrleansConfigurationException>(async () =>
        {
            using var host = builder.Build();
            await host.StartAsync(Stop);
        });
        Assert.Contains($"Port {taken} of 127.0.0.1", e.Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Client_BeforeTheHostRuns_ThrowsAClearError()
    {
        var builder = Builder("Production");
        builder.UseOrleansClient(client => client.UseLocalhostClustering(Ports.Take()).AddTaskClient());
        using var host = builder.Build();
        var tasks = host.Services.GetRequiredService<ITaskClient>();
        Func<Task>[] calls =
        [
            () => tasks.RunAsync("a", ct: Stop),
            () => tasks.RunAsync<int>("a", ct: Stop),
            () => tasks.DispatchAsync("a", ct: Stop),
            () => tasks.GetTask("a").DescribeAsync(Stop),
            () => tasks.GetTask("a").PauseAsync(ct: Stop),
            () => tasks.GetSchedulerAsync(Stop),
            () => tasks.BroadcastAsync(1, Stop),
            () => tasks.SubscribeResultsAsync(ct: Stop),
            () => tasks.SubscribeBroadcastsAsync(Stop),
            async () => await tasks.ListAsync(ct: Stop).GetAsyncEnumerator(Stop).MoveNextAsync(),
        ];
        foreach (var call in calls)
        {
            var e = await Assert.ThrowsAsync<ClusterUnreachableException>(call);
            Assert.Contains("before the host started the Orleans client or silo", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Silo_InItsOwnHost_LogsItsSettingsAndSuspiciousOnes()
    {
        var log = new Lines();
        var early = new Early();
        var builder = Builder("Production");
        var (port, gateway) = (Ports.Take(), Ports.Take());
        builder.Services.AddSingleton(early);
        builder.Services.AddHostedService(static s => s.GetRequiredService<Early>());
        builder.Services.Configure<HostOptions>(static o => o.ShutdownTimeout = TimeSpan.FromSeconds(20));
        builder.Logging.AddFilter("Orleans", LogLevel.Warning);
        builder.UseOrleans(silo => silo.UseLocalhostClustering(port, gateway).UseInMemoryTasks().AddTasks(
            tasks => tasks
                .Define("talk", static (ILogger<HostTests> log) => log.LogWarning("said"))
                .Schedule("report", TaskSchedule.Every(TimeSpan.FromHours(1)), "no-such-handler"),
            static o => o.DrainTimeout = TimeSpan.FromSeconds(30)));

        // As in the setup of Serilog, this removes every provider that was added before.
        builder.Logging.ClearProviders();
        builder.Logging.AddProvider(log);
        using (var host = builder.Build())
        {
            early.Tasks = host.Services.GetRequiredService<ITaskClient>();
            await host.StartAsync(Stop);
            Assert.Contains("before the host started the Orleans client or silo", early.AtStart!.Message, StringComparison.Ordinal);
            var talk = await early.Tasks.RunAsync("talk", ct: Stop);
            Assert.Equal("said", Assert.Single(talk.Log).Message);
            await host.StopAsync(Stop);
        }

        Assert.Contains("after the Orleans client or silo", early.AtStop!.Message, StringComparison.Ordinal);
        Assert.Contains(log.Seen,
            l => l.StartsWith("Information OrleansTasks.Hosting.StartNotes Tasks run on the silo", StringComparison.Ordinal)
                && l.Contains($"port {gateway}", StringComparison.Ordinal));
        Assert.Contains(log.Seen,
            l => l.StartsWith("Warning", StringComparison.Ordinal)
                && l.Contains("no-such-handler (task report)", StringComparison.Ordinal));
        Assert.Contains(log.Seen,
            l => l.StartsWith("Warning", StringComparison.Ordinal) && l.Contains("DrainTimeout is 00:00:30", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Seen, l => l.StartsWith("Information Orleans.", StringComparison.Ordinal));
    }

    private static HostApplicationBuilder Builder(string environment)
    {
        var builder =
            Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { EnvironmentName = environment, DisableDefaults = false });
        builder.Logging.ClearProviders();
        return builder;
    }

    /// <summary>Represents a service that starts before Orleans and stops after it.</summary>
    private sealed class Early : IHostedService
    {
        public ITaskClient? Tasks { get; set; }

        public Exception? AtStart { get; private set; }

        public Exception? AtStop { get; private set; }

        public async Task StartAsync(CancellationToken cancellationToken) =>
            AtStart = await Record.ExceptionAsync(() => Tasks!.DispatchAsync("talk", ct: cancellationToken));

        public async Task StopAsync(CancellationToken cancellationToken) =>
            AtStop = await Record.ExceptionAsync(() => Tasks!.DispatchAsync("talk", ct: cancellationToken));
    }

    private sealed class Lines : ILoggerProvider
    {
        public ConcurrentQueue<string> Seen { get; } = [];

        public ILogger CreateLogger(string categoryName) => new Sink(categoryName, Seen);

        public void Dispose()
        {
        }

        private sealed class Sink(string category, ConcurrentQueue<string> seen) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state)
                where TState : notnull => null;

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
                Func<TState, Exception?, string> formatter) =>
                seen.Enqueue($"{logLevel} {category} {formatter(state, exception)}");
        }
    }
}
