using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Running;
using OrleansTasks.Testing.Clocks;
using OrleansTasks.Testing.Clusters;

namespace OrleansTasks.Testing;

/// <summary>A cluster of silos and client web servers in this process, whose clock stands still until a test moves it.</summary>
/// <remarks>
/// Grains, schedules, timeouts, retries and the <see cref="TimeProvider"/> of handlers go by the cluster's clock; connections, and finding out that a silo is lost, by the real one.
/// Methods are to be called one after the other.
/// </remarks>
/// <example><code>
/// await using var cluster = await TaskTestCluster.StartAsync(silos: 3, tasks =&gt; tasks.Cron("0 9 * * *", "report", (TaskRunContext run) =&gt; reports.Add(run.ScheduledAt)));
/// await cluster.AdvanceAsync(TimeSpan.FromDays(7));
/// Assert.Equal(7, reports.Count);
/// </code></example>
public sealed class TaskTestCluster : IAsyncDisposable
{
    private readonly TaskTestClusterOptions _options;
    private readonly VirtualClock _clock;
    private readonly Signals _signals = new();
    private readonly ClockMover _mover;
    private ClusterHosts _hosts;

    private TaskTestCluster(TaskTestClusterOptions options)
    {
        _options = options;
        Storage = options.Storage ?? new TestTaskStorage();
        _clock = new VirtualClock(options.Start);
        _hosts = new ClusterHosts(options, Storage, _clock, _signals, 0);
        _mover = new ClockMover(_clock, _signals, () => _hosts.Silos.Select(static s => s.Services.GetRequiredService<IRunExecutor>()), () => Client, options.Patience);
    }

    /// <summary>Gets the client of the first client web server. After <see cref="RestartAsync"/> it is another one.</summary>
    public ITaskClient Client => Clients[0];

    /// <summary>Gets the clients of all client web servers.</summary>
    public IReadOnlyList<ITaskClient> Clients => [.. _hosts.Clients.Select(static c => c.GetRequiredService<ITaskClient>())];

    /// <summary>Gets the services of all client web servers.</summary>
    public IReadOnlyList<IServiceProvider> ClientServices => _hosts.Clients;

    /// <summary>Gets the silos that are there, in the order in which they were started.</summary>
    public IReadOnlyList<TaskTestSilo> Silos => _hosts.Silos;

    /// <summary>Gets the storage of the tasks, which outlives silos.</summary>
    public TestTaskStorage Storage { get; }

    /// <summary>Gets the cluster's clock, which <see cref="AdvanceAsync"/> moves.</summary>
    public TimeProvider Clock => _clock;

    /// <summary>Gets the present by the cluster's clock.</summary>
    public DateTimeOffset Now => _clock.Now;

    /// <summary>Starts a cluster with one silo.</summary>
    /// <param name="tasks">What the silo defines.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The cluster, once its silo and its client are up.</returns>
    public static Task<TaskTestCluster> StartAsync(Action<TasksBuilder> tasks, CancellationToken ct = default) => StartAsync(1, tasks, ct);

    /// <summary>Starts a cluster.</summary>
    /// <param name="silos">The number of silos.</param>
    /// <param name="tasks">What every silo defines.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The cluster, once its silos and its client are up.</returns>
    public static Task<TaskTestCluster> StartAsync(int silos, Action<TasksBuilder> tasks, CancellationToken ct = default) => StartAsync(silos, tasks, static _ => { }, ct);

    /// <summary>Starts a cluster with further settings.</summary>
    /// <param name="silos">The number of silos.</param>
    /// <param name="tasks">What every silo defines.</param>
    /// <param name="configure">Sets the rest.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The cluster, once its silos and its clients are up.</returns>
    public static Task<TaskTestCluster> StartAsync(int silos, Action<TasksBuilder> tasks, Action<TaskTestClusterOptions> configure, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new TaskTestClusterOptions { Silos = silos, Tasks = tasks };
        configure(options);
        return StartAsync(options, ct);
    }

    /// <summary>Starts a cluster as options say.</summary>
    /// <param name="options">The options.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>The cluster, once its silos and its clients are up.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are no silos, or no client web servers.</exception>
    /// <exception cref="Exception">A silo does not start, as it would not in production: the message lists everything that is wrong.</exception>
    public static async Task<TaskTestCluster> StartAsync(TaskTestClusterOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Silos, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WebClients, 1);
        var cluster = new TaskTestCluster(options);
        await cluster.StartHostsAsync(options.Silos, ct).ConfigureAwait(false);
        return cluster;
    }

    /// <summary>Moves the clock forward. What becomes due on the way is done at its own instant, one after the other, before this returns.</summary>
    /// <param name="time">By how much.</param>
    /// <param name="ct">Gives up; the clock stays where it is then.</param>
    /// <returns>When the clock is there, and nothing happens any more. Runs whose handlers wait for the test, or for a later instant, are still under way.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public Task AdvanceAsync(TimeSpan time, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        return AdvanceToAsync(_clock.Now + time, ct);
    }

    /// <summary>Moves the clock forward to an instant; see <see cref="AdvanceAsync"/>.</summary>
    /// <param name="instant">The instant.</param>
    /// <param name="ct">Gives up; the clock stays where it is then.</param>
    /// <returns>When the clock is there, and nothing happens any more.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It has passed.</exception>
    public Task AdvanceToAsync(DateTimeOffset instant, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(instant, _clock.Now);

        // Not on the test's own thread, whose context knows nothing of this.
        return Task.Run(() => _mover.MoveToAsync(instant, ct), ct);
    }

    /// <summary>Moves the clock to the next occurrence of a task, and has it made.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="ct">Gives up; the clock stays where it is then.</param>
    /// <returns>The occurrence, once its run has ended, or waits for the test or for a later instant.</returns>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="InvalidOperationException">It has no next occurrence; the message says why.</exception>
    public async Task<DateTimeOffset> AdvanceToNextOccurrenceAsync(string task, CancellationToken ct = default)
    {
        await WhenQuietAsync(ct).ConfigureAwait(false);
        var info = await Client.GetTask(task).DescribeAsync(ct).ConfigureAwait(false);
        if (info.NextDue is not { } next)
        {
            throw new InvalidOperationException(info.Schedule is null
                ? $"The task '{task}' has no schedule, and thus no next occurrence. Run or dispatch it with cluster.Client."
                : $"The task '{task}' has no next occurrence: it is {info.State}, its schedule is '{info.ScheduleDescription}', and the clock says {_clock.Now:O}.");
        }

        await AdvanceToAsync(next > _clock.Now ? next : _clock.Now, ct).ConfigureAwait(false);
        return next;
    }

    /// <summary>Waits until nothing is due and no handler runs, but those that wait for a later instant: until the clock is moved, or the test asks for something, nothing more happens.</summary>
    /// <param name="ct">Gives up.</param>
    /// <returns>When it is quiet.</returns>
    /// <exception cref="TimeoutException">It is not after <see cref="TaskTestClusterOptions.Patience"/> of real time; the message names the runs that do not end.</exception>
    public Task WhenQuietAsync(CancellationToken ct = default) => Task.Run(() => _mover.WhenQuietAsync(ct), ct);

    /// <summary>Starts a further silo.</summary>
    /// <param name="ct">Gives up.</param>
    /// <returns>The silo, once all others know it.</returns>
    public Task<TaskTestSilo> AddSiloAsync(CancellationToken ct = default) => _hosts.AddSiloAsync(ct);

    /// <summary>Stops a silo in good order: its runs end, its tasks go to other silos.</summary>
    /// <param name="silo">The silo; null, the default: the one that was started last.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>When it has stopped, and all others know.</returns>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public Task StopSiloAsync(TaskTestSilo? silo = null, CancellationToken ct = default) => _hosts.RemoveSiloAsync(silo, kills: false, ct);

    /// <summary>Kills a silo, as a crash would: nothing that it was about to store is stored, and its runs are lost or repeated as their guarantees say.</summary>
    /// <param name="silo">The silo; null, the default: the one that was started last.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <returns>When all others know that it is gone.</returns>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public Task KillSiloAsync(TaskTestSilo? silo = null, CancellationToken ct = default) => _hosts.RemoveSiloAsync(silo, kills: true, ct);

    /// <summary>Stops everything, silos and client web servers, and starts it again with the same storage, at the same instant or later.</summary>
    /// <param name="after">How long it is down by the cluster's clock; null, the default: no time passes. What was due meanwhile is missed.</param>
    /// <param name="ct">Gives up.</param>
    /// <returns>When everything is up again.</returns>
    public async Task RestartAsync(TimeSpan? after = null, CancellationToken ct = default)
    {
        var (silos, number) = (Math.Max(1, Silos.Count), _hosts.NextNumber);
        await _hosts.DisposeAsync().ConfigureAwait(false);
        if (after is { } down)
        {
            _clock.MoveTo(_clock.Now + down);
        }

        _hosts = new ClusterHosts(_options, Storage, _clock, _signals, number);
        await StartHostsAsync(silos, ct).ConfigureAwait(false);
    }

    /// <summary>Has the storage of the tasks fail until what is returned is disposed; that waits until the cluster has stored what it had to.</summary>
    /// <param name="fault">How it fails. Default: it refuses.</param>
    /// <returns>Ends the failure.</returns>
    /// <example><code>
    /// await using (await cluster.FailStorageAsync())
    /// {
    ///     await cluster.AdvanceAsync(TimeSpan.FromMinutes(10));
    /// }
    /// </code></example>
    public Task<IAsyncDisposable> FailStorageAsync(TestStorageFault fault = TestStorageFault.Refuses) => Task.FromResult<IAsyncDisposable>(new StorageFailure(this, Storage.Fail(fault)));

    /// <summary>Stops everything.</summary>
    /// <returns>When it has stopped.</returns>
    public ValueTask DisposeAsync() => _hosts.DisposeAsync();

    private async Task StartHostsAsync(int silos, CancellationToken ct)
    {
        try
        {
            await _hosts.StartAsync(silos, ct).ConfigureAwait(false);
        }
        catch
        {
            await _hosts.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private sealed class StorageFailure(TaskTestCluster cluster, IDisposable failure) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            failure.Dispose();
            await cluster.WhenQuietAsync().ConfigureAwait(false);
        }
    }
}
