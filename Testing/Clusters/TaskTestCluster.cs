using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Running;
using OrleansTasks.Testing.Clocks;
using OrleansTasks.Testing.Clusters;

namespace OrleansTasks.Testing;

/// <summary>Represents a cluster of silos and clients in this process, with a clock that stands still until the test moves it.</summary>
/// <remarks>
/// Grains, schedules, timeouts, retries and the <see cref="TimeProvider"/> of handlers use the cluster's clock. Connections and failure
/// detection use real time. Call the methods one after the other.
/// </remarks>
/// <example><code>
/// await using var cluster = await TaskTestCluster.StartAsync(silos: 3, tasks =&gt; tasks.Cron("0 9 * * *", "report", (TaskRunContext run)
/// =&gt; reports.Add(run.ScheduledAt)));
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
        _mover = new ClockMover(_clock, _signals, () => _hosts.Silos.Select(static s => s.Services.GetRequiredService<IRunExecutor>()),
            () => Client, options.Patience);
    }

    /// <summary>Gets the first client. <see cref="RestartAsync"/> replaces it.</summary>
    public ITaskClient Client => Clients[0];

    /// <summary>Gets all clients.</summary>
    public IReadOnlyList<ITaskClient> Clients => [.. _hosts.Clients.Select(static c => c.GetRequiredService<ITaskClient>())];

    /// <summary>Gets the services of all client hosts.</summary>
    public IReadOnlyList<IServiceProvider> ClientServices => _hosts.Clients;

    /// <summary>Gets the active silos, in the order in which they were started.</summary>
    public IReadOnlyList<TaskTestSilo> Silos => _hosts.Silos;

    /// <summary>Gets the storage of the tasks. It survives its silos.</summary>
    public TestTaskStorage Storage { get; }

    /// <summary>Gets the cluster's clock, which <see cref="AdvanceAsync"/> moves.</summary>
    public TimeProvider Clock => _clock;

    /// <summary>Gets the current time of the cluster's clock.</summary>
    public DateTimeOffset Now => _clock.Now;

    /// <summary>Starts a cluster with one silo.</summary>
    /// <param name="tasks">Defines the tasks of the silo.</param>
    /// <param name="ct">A token that cancels the operation.</param>
    /// <returns>The cluster, after its silo and its client have started.</returns>
    public static Task<TaskTestCluster> StartAsync(Action<TasksBuilder> tasks, CancellationToken ct = default) => StartAsync(1, tasks, ct);

    /// <summary>Starts a cluster.</summary>
    /// <param name="silos">The number of silos.</param>
    /// <param name="tasks">Defines the tasks of every silo.</param>
    /// <param name="ct">A token that cancels the operation.</param>
    /// <returns>The cluster, after its silos and its client have started.</returns>
    public static Task<TaskTestCluster> StartAsync(int silos, Action<TasksBuilder> tasks, CancellationToken ct = default) =>
        StartAsync(silos, tasks, static _ => { }, ct);

    /// <summary>Starts a cluster with further settings.</summary>
    /// <param name="silos">The number of silos.</param>
    /// <param name="tasks">Defines the tasks of every silo.</param>
    /// <param name="configure">Sets the options.</param>
    /// <param name="ct">A token that cancels the operation.</param>
    /// <returns>The cluster, after its silos and its clients have started.</returns>
    public static Task<TaskTestCluster> StartAsync(int silos, Action<TasksBuilder> tasks, Action<TaskTestClusterOptions> configure,
        CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new TaskTestClusterOptions { Silos = silos, Tasks = tasks };
        configure(options);
        return StartAsync(options, ct);
    }

    /// <summary>Starts a cluster with options.</summary>
    /// <param name="options">The options.</param>
    /// <param name="ct">A token that cancels the operation.</param>
    /// <returns>The cluster, after its silos and its clients have started.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of silos or clients is zero or less.</exception>
    /// <exception cref="Exception">A silo does not start, as it would not in production. The message lists all faults.</exception>
    public static async Task<TaskTestCluster> StartAsync(TaskTestClusterOptions options, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Silos, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.WebClients, 1);
        var cluster = new TaskTestCluster(options);
        await cluster.StartHostsAsync(options.Silos, ct).ConfigureAwait(false);
        return cluster;
    }

    /// <summary>
    /// Moves the clock forward. Everything that becomes due on the way happens at its own instant, one after the other, before the call
    /// returns.
    /// </summary>
    /// <param name="time">The time by which to move the clock.</param>
    /// <param name="ct">A token that cancels the operation. The clock stays where it is.</param>
    /// <returns>A task that completes when the clock has moved and the cluster is quiet. Runs whose handlers wait for the test or for a
    /// later instant are still active.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public Task AdvanceAsync(TimeSpan time, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, TimeSpan.Zero);
        return AdvanceToAsync(_clock.Now + time, ct);
    }

    /// <summary>Moves the clock forward to an instant. See <see cref="AdvanceAsync"/>.</summary>
    /// <param name="instant">The instant.</param>
    /// <param name="ct">A token that cancels the operation. The clock stays where it is.</param>
    /// <returns>A task that completes when the clock has moved and the cluster is quiet.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The instant has passed.</exception>
    public Task AdvanceToAsync(DateTimeOffset instant, CancellationToken ct = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(instant, _clock.Now);

        // The test's own thread must not be used, because the synchronization context of the test is not prepared for this.
        return Task.Run(() => _mover.MoveToAsync(instant, ct), ct);
    }

    /// <summary>Moves the clock to the next occurrence of a task, so that it fires.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="ct">A token that cancels the operation. The clock stays where it is.</param>
    /// <returns>The occurrence, after its run has ended or waits for the test or for a later instant.</returns>
    /// <exception cref="TaskNotFoundException">No task has this name.</exception>
    /// <exception cref="InvalidOperationException">The task has no next occurrence. The message says why.</exception>
    public async Task<DateTimeOffset> AdvanceToNextOccurrenceAsync(string task, CancellationToken ct = default)
    {
        await WhenQuietAsync(ct).ConfigureAwait(false);
        var info = await Client.GetTask(task).DescribeAsync(ct).ConfigureAwait(false);
        if (info.NextDue is not { } next)
        {
            throw new InvalidOperationException(info.Schedule is null
                ? $"The task '{task}' has no schedule, and thus no next occurrence. Run or dispatch it with cluster.Client."
                : $"The task '{task}' has no next occurrence: it is {info.State}, its schedule is '{info.ScheduleDescription}', and the "
                    + $"clock says {_clock.Now:O}. Resume it, or give it a schedule that occurs later.");
        }

        await AdvanceToAsync(next > _clock.Now ? next : _clock.Now, ct).ConfigureAwait(false);
        return next;
    }

    /// <summary>
    /// Waits until the cluster is quiet: nothing is due, and all active handlers wait for a later instant. Nothing more happens until the
    /// clock moves or the test makes a request.
    /// </summary>
    /// <param name="ct">A token that cancels the operation.</param>
    /// <returns>A task that completes when the cluster is quiet.</returns>
    /// <exception cref="TimeoutException">The cluster is not quiet after <see cref="TaskTestClusterOptions.Patience"/> of real time. The
    /// message names the runs that do not end.</exception>
    public Task WhenQuietAsync(CancellationToken ct = default) => Task.Run(() => _mover.WhenQuietAsync(ct), ct);

    /// <summary>Starts a further silo.</summary>
    /// <param name="ct">A token that cancels the operation.</param>
    /// <returns>The silo, after all others know it.</returns>
    public Task<TaskTestSilo> AddSiloAsync(CancellationToken ct = default) => _hosts.AddSiloAsync(ct);

    /// <summary>Stops a silo gracefully: its runs end, and its tasks move to other silos.</summary>
    /// <param name="silo">The silo. Default: null, which selects the one that was started last.</param>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>A task that completes when the silo has stopped and all others know it.</returns>
    /// <exception cref="InvalidOperationException">The cluster has no silo.</exception>
    public Task StopSiloAsync(TaskTestSilo? silo = null, CancellationToken ct = default) => _hosts.RemoveSiloAsync(silo, kills: false, ct);

    /// <summary>
    /// Kills a silo, as a crash would: its pending writes are not stored, and its runs are lost or repeated according to their guarantees.
    /// </summary>
    /// <param name="silo">The silo. Default: null, which selects the one that was started last.</param>
    /// <param name="ct">A token that cancels the wait.</param>
    /// <returns>A task that completes when all others know that the silo is gone.</returns>
    /// <exception cref="InvalidOperationException">The cluster has no silo.</exception>
    public Task KillSiloAsync(TaskTestSilo? silo = null, CancellationToken ct = default) => _hosts.RemoveSiloAsync(silo, kills: true, ct);

    /// <summary>Stops all silos and clients, and starts them again with the same storage, at the same instant or later.</summary>
    /// <param name="after">The downtime by the cluster's clock. Default: null, for no time. Occurrences within it are missed.</param>
    /// <param name="ct">A token that cancels the operation.</param>
    /// <returns>A task that completes when everything has started again.</returns>
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

    /// <summary>
    /// Makes the storage of the tasks fail until the returned object is disposed. Disposing it waits until the cluster has stored its
    /// pending writes.
    /// </summary>
    /// <param name="fault">The kind of failure. Default: <see cref="TestStorageFault.Refuses"/>.</param>
    /// <returns>An object that ends the failure when disposed.</returns>
    /// <example><code>
    /// await using (await cluster.FailStorageAsync())
    /// {
    ///     await cluster.AdvanceAsync(TimeSpan.FromMinutes(10));
    /// }
    /// </code></example>
    public Task<IAsyncDisposable> FailStorageAsync(TestStorageFault fault = TestStorageFault.Refuses) =>
        Task.FromResult<IAsyncDisposable>(new StorageFailure(this, Storage.Fail(fault)));

    /// <summary>Stops the cluster.</summary>
    /// <returns>A task that completes when everything has stopped.</returns>
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
