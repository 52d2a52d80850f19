using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Orleans.TestingHost;
using OrleansTasks.Tests.Servers;
using StackExchange.Redis;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>Tests that reminders that are kept as tasks, and those of a reminder table that are moved, survive in real servers.</summary>
public sealed class ReminderTests : IAsyncDisposable
{
    private const int TestTimeout = 60_000;
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private readonly Reminded _ticks = new();
    private readonly string _service = Guid.NewGuid().ToString("N");
    private IDatabaseServer? _server;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory(Timeout = TestTimeout)]
    [InlineData("redis")]
    [InlineData("postgresql")]
    public async Task RegisterOrUpdateReminder_InARealServer_TicksAfterARestartOfAllSilos(string provider)
    {
        await StartServerAsync(provider);
        await using (var first = await DeployAsync(Start, silo => UseStorage(silo, provider).AddTaskReminders()))
        {
            var grain = Grain(first.Cluster);
            await grain.SetAsync("by period", Minute);
            await grain.SetAsync("by schedule", TaskSchedule.Cron("30 8 * * *"));
            await grain.SetAsync("stopped", Minute);
            await grain.StopAsync("stopped");
            first.Clock.Advance(Minute);
            Assert.Equal(("by period", Start + Minute), await _ticks.NextAsync());
        }

        await using var second = await DeployAsync(Start + (1.5 * Minute), silo => UseStorage(silo, provider).AddTaskReminders());
        var again = Grain(second.Cluster);
        Assert.Equal(["by period", "by schedule"], await again.NamesAsync());
        second.Clock.Advance(0.5 * Minute);
        Assert.Equal(("by period", Start + Minute), await _ticks.NextAsync());
        await again.StopAsync("by period");
        second.Clock.Advance(28 * Minute);
        Assert.Equal("by schedule", (await _ticks.NextAsync()).Reminder);
    }

    [Fact(Timeout = TestTimeout)]
    public async Task MoveRemindersToTasksAsync_FromATableInRedis_KeepsTheirTimes()
    {
        await StartServerAsync("redis");
        var redis = ConfigurationOptions.Parse(_server!.ConnectionString);
        await using var host = await DeployAsync(Start, silo => UseStorage(silo, "redis")
            .UseRedisReminderService(o => o.ConfigurationOptions = redis).AddTaskReminders(besideOrleans: true));
        var services = host.Cluster.Silos[0].ServiceProvider;
        var table = services.GetRequiredService<IReminderTable>();
        var row = new ReminderEntry
        {
            GrainId = Grain(host.Cluster).GetGrainId(),
            ReminderName = "old",
            StartAt = Start.UtcDateTime - (0.5 * Minute),
            Period = Minute,
        };
        await table.UpsertRow(row, Stop);

        Assert.Equal(1, await services.MoveRemindersToTasksAsync(Stop));
        Assert.Equal(0, await services.MoveRemindersToTasksAsync(Stop));
        Assert.Empty((await table.ReadRows(0, 0, Stop)).Reminders);
        Assert.Equal(["old"], await Grain(host.Cluster).NamesAsync());
        host.Clock.Advance(0.5 * Minute);
        Assert.Equal(("old", Start - (0.5 * Minute)), await _ticks.NextAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }

    private static IRemindedGrain Grain(InProcessTestCluster cluster) => cluster.Client.GetGrain<IRemindedGrain>("one / two");

    private async Task StartServerAsync(string provider)
    {
        var missing = provider == "redis" ? RedisServer.Missing : PostgreSqlServer.Missing;
        Assert.SkipWhen(missing is not null, missing ?? "");
        _server = provider == "redis" ? await RedisServer.CreateAsync() : await PostgreSqlServer.CreateAsync();
    }

    private ISiloBuilder UseStorage(ISiloBuilder silo, string provider) => provider == "redis"
        ? silo.UseRedisTasks(_server!.ConnectionString)
        : silo.UsePostgreSqlTasks(_server!.ConnectionString);

    /// <summary>Starts a silo and a client on a clock that the test advances. All of them have the same records.</summary>
    private async Task<Host> DeployAsync(DateTimeOffset at, Action<ISiloBuilder> silo)
    {
        var clock = new FakeTimeProvider(at);
        var builder = new InProcessTestClusterBuilder(1);
        builder.Options.ServiceId = _service;
        builder.ConfigureHost(host =>
        {
            host.Services.AddSingleton<TimeProvider>(clock);
            host.Services.UseTimeProviderForBackgroundAreas(TimeProvider.System);
        });
        builder.ConfigureSilo((_, s) =>
        {
            s.Services.AddSingleton(_ticks);
            s.AddTasks(options: static o => o.Partitions = 2);
            silo(s);
        });
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return new Host(cluster, clock);
    }

    private sealed record Host(InProcessTestCluster Cluster, FakeTimeProvider Clock) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Cluster.DisposeAsync();
    }
}

/// <summary>Hands the ticks of reminders to the test.</summary>
internal sealed class Reminded
{
    private readonly Channel<(string Reminder, DateTimeOffset First)> _ticks = Channel.CreateUnbounded<(string, DateTimeOffset)>();

    public void Add(string reminder, TickStatus status) =>
        Assert.True(_ticks.Writer.TryWrite((reminder, new DateTimeOffset(status.FirstTickTime, TimeSpan.Zero))));

    /// <summary>Waits for the next tick, and returns its reminder and the instant of that reminder's first tick.</summary>
    public ValueTask<(string Reminder, DateTimeOffset First)> NextAsync() =>
        _ticks.Reader.ReadAsync(TestContext.Current.CancellationToken);
}

public interface IRemindedGrain : IGrainWithStringKey
{
    Task SetAsync(string name, TimeSpan period);

    Task SetAsync(string name, TaskSchedule schedule);

    Task<List<string>> NamesAsync();

    Task StopAsync(string name);
}

internal sealed class RemindedGrain(Reminded ticks) : Grain, IRemindedGrain, IRemindable
{
    public Task SetAsync(string name, TimeSpan period) => this.RegisterOrUpdateReminder(name, period, period);

    public Task SetAsync(string name, TaskSchedule schedule) => this.RegisterOrUpdateReminderAsync(name, schedule);

    public async Task<List<string>> NamesAsync() =>
        [.. (await this.GetReminders()).Select(static r => r.ReminderName).Order(StringComparer.Ordinal)];

    public async Task StopAsync(string name) => await this.UnregisterReminder((await this.GetReminder(name))!);

    public Task ReceiveReminder(string reminderName, TickStatus status)
    {
        ticks.Add(reminderName, status);
        return Task.CompletedTask;
    }
}
