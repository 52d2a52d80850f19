using OrleansTasks.Calls;
using OrleansTasks.Running;
using OrleansTasks.Testing.Clocks;

namespace OrleansTasks.Testing.Clusters;

/// <summary>
/// Moves the clock of a cluster from one instant to the next at which something is due, and waits at each instant until the work is done.
/// For occurrences of schedules this is known exactly: their runs have results. Work of other timers is done when all activity has stopped.
/// </summary>
/// <param name="clock">The clock.</param>
/// <param name="signals">Reports which runs have ended.</param>
/// <param name="executors">Returns the runners of the present silos.</param>
/// <param name="client">Returns the client of the cluster.</param>
/// <param name="patience">The real time after which an endless wait throws.</param>
internal sealed class ClockMover(VirtualClock clock, Signals signals, Func<IEnumerable<IRunExecutor>> executors, Func<ITaskClient> client,
    TimeSpan patience)
{
    private const int MostLooks = 50;

    // A run without a timer that does nothing for this long is assumed to wait for the test.
    private static readonly TimeSpan Held = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan AfterTimer = TimeSpan.FromMilliseconds(40);
    private static readonly TimeSpan AfterOccurrence = TimeSpan.FromMilliseconds(30);
    private static readonly TimeSpan AfterAll = TimeSpan.FromMilliseconds(20);

    // Before a move of at least this length, the plan is read again. It may have been read before a silo knew another silo's tasks, or a
    // task may have been registered meanwhile.
    private static readonly TimeSpan LongWay = TimeSpan.FromHours(1);

    // A partition wakes its tasks this long before they are due. If their due time is known, the clock need not stop for it.
    private static readonly TimeSpan Waking = TimeSpan.FromSeconds(30);
    private static readonly GrainType Partition = GrainType.Create(EngineGrains.Partition);
    private static readonly Task Never = new TaskCompletionSource().Task;

    /// <summary>Gets how often the clock was stopped at an instant, for tests of this class.</summary>
    public long Steps { get; private set; }

    public async Task MoveToAsync(DateTimeOffset target, CancellationToken ct)
    {
        await StillAsync(AfterAll).ConfigureAwait(false);
        var plan = await TaskPlan.ReadAsync(client(), clock.Now, ct).ConfigureAwait(false);
        while (clock.Now < target)
        {
            ct.ThrowIfCancellationRequested();
            Steps++;
            if (NextOn(plan, target) - clock.Now > LongWay)
            {
                plan = await TaskPlan.ReadAsync(client(), clock.Now, ct).ConfigureAwait(false);
            }

            var next = NextOn(plan, target);
            var due = plan.Take(next);
            var made = signals.Await(due);
            clock.MoveTo(next);
            if (due.Count == 0)
            {
                await StillAsync(AfterTimer).ConfigureAwait(false);
            }

            if (due.Count == 0 || !await IsMadeAsync(made, ct).ConfigureAwait(false))
            {
                // Work has started again, was paused, skipped or changed, or a handler waits for this clock.
                plan = await TaskPlan.ReadAsync(client(), clock.Now, ct).ConfigureAwait(false);
            }
        }

        await StillAsync(AfterAll).ConfigureAwait(false);
        await UntilNothingIsDueAsync(isStrict: false, ct).ConfigureAwait(false);
    }

    /// <summary>Waits until nothing is due, and only runs that wait for the clock are active.</summary>
    /// <exception cref="TimeoutException">This takes too long.</exception>
    public async Task WhenQuietAsync(CancellationToken ct)
    {
        await StillAsync(AfterAll).ConfigureAwait(false);
        await UntilNothingIsDueAsync(isStrict: true, ct).ConfigureAwait(false);
    }

    /// <summary>Returns the first instant of the plan, of a timer that counts, or of the target.</summary>
    private DateTimeOffset NextOn(TaskPlan plan, DateTimeOffset target)
    {
        var planned = plan.Next is { } p && p < target ? p : target;
        return clock.FirstDue(t => Counts(t, planned), planned) ?? planned;
    }

    private bool IsBusy => executors().Sum(static e => e.Active + e.Queued) > clock.WaitingHandlers;

    /// <summary>
    /// Decides whether the clock stops when a timer is due: that of a task, a handler or an attempt. It also stops for that of a partition,
    /// unless the timer only wakes tasks whose due time is known.
    /// </summary>
    private static bool Counts(VirtualTimer timer, DateTimeOffset planned) =>
        timer.IsOfRun || (timer.IsExact && !(timer.Grain?.Type == Partition && planned.UtcTicks - timer.Due <= Waking.Ticks));

    /// <summary>Waits until the runs that are due have ended.</summary>
    /// <returns>False if some do not end: they are skipped, or wait for the clock or the test.</returns>
    private async Task<bool> IsMadeAsync(Task made, CancellationToken ct)
    {
        for (var n = 0; n < MostLooks; n++)
        {
            // This usually takes less than a millisecond.
            await made.WaitAsync(AfterOccurrence, TimeProvider.System, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!made.IsCompleted)
            {
                await StillAsync(AfterAll, made).ConfigureAwait(false);
            }

            if (made.IsCompleted || await AreDecidedAsync(ct).ConfigureAwait(false))
            {
                break;
            }
        }

        for (var n = 0; made.IsCompleted && n < 1000 && IsBusy; n++)
        {
            // Runs release their places some instructions after their results are there.
            await Task.Yield();
        }

        return made.IsCompleted;
    }

    /// <summary>
    /// Decides whether no more results follow for the awaited runs, according to their tasks. A slow machine is no reason to continue.
    /// </summary>
    private async Task<bool> AreDecidedAsync(CancellationToken ct)
    {
        foreach (var run in signals.Awaited)
        {
            var ledger = await client().GetTask(run.Task).LedgerAsync(limit: 0, ct: ct).ConfigureAwait(false);

            // Active runs, which may wait for the clock, are pending too.
            if (ledger.Pending > executors().Sum(e => e.Holding(run.Task).Count(static h => h.Order.Trigger == RunTrigger.Schedule))
                || await client().GetRunAsync(run, ct).ConfigureAwait(false) is { FinishedAt: null, Status: not RunStatus.Running })
            {
                return false;
            }
        }

        return true;
    }

    private Task StillAsync(TimeSpan quiet, Task? until = null) =>
        Stillness.WaitAsync(() => clock.Touches + signals.Ended, () => IsBusy ? Held : quiet, until ?? Never);

    private async Task UntilNothingIsDueAsync(bool isStrict, CancellationToken ct)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var due = IsBusy ? [] : await DueAsync(ct).ConfigureAwait(false);
            if (due.Count == 0 && !IsBusy)
            {
                return;
            }

            var touches = clock.Touches + signals.Ended;
            await StillAsync(Held).ConfigureAwait(false);
            if (touches == clock.Touches + signals.Ended && (!isStrict || !IsBusy))
            {
                // The work is rejected, or waits for the test, or for something that the test has to do.
                return;
            }

            if (TimeProvider.System.GetElapsedTime(since) > patience)
            {
                throw new TimeoutException(await DescribeAsync(ct).ConfigureAwait(false));
            }
        }
    }

    /// <summary>Returns the tasks with work that is due now.</summary>
    private async Task<IReadOnlyList<string>> DueAsync(CancellationToken ct)
    {
        var now = clock.Now;
        var overview = await client().GetOverviewAsync(ct).ConfigureAwait(false);
        return [.. overview.NextDue.Where(t => t.NextDue <= now).Select(static t => t.Name),
            .. overview.OldestDue.Where(r => r.DueAt <= now).Select(static r => r.RunId.Task)];
    }

    private async Task<string> DescribeAsync(CancellationToken ct)
    {
        var running = new List<string>();
        await foreach (var task in client().ListAsync(ct: ct).ConfigureAwait(false))
        {
            var runs = await client().GetTask(task.Name).RunsAsync(20, ct: ct).ConfigureAwait(false);
            running.AddRange(
                runs.Where(static r => r.FinishedAt is null)
                    .Select(static r => $"{r.RunId} ({r.Status}{(r.WaitingFor is null ? "" : $", waits for {r.WaitingFor}")})"));
        }

        return $"The cluster is not quiet after {patience} of real time, at {clock.Now:O} by its clock. "
            + (running.Count > 0 ? $"These runs have not ended: {string.Join(", ", running.Take(10))}. Release a handler that waits for "
                + "the test before WhenQuietAsync. A handler that waits for time must use the TimeProvider of its "
                    + "services." : "No run is under way.");
    }
}
