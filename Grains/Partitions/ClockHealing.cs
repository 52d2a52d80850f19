using OrleansTasks.Clocks;
using static OrleansTasks.Partitions.PartitionMessages;

namespace OrleansTasks.Partitions;

/// <summary>Handles clocks that are or were wrong: the partition's own, and those of the silos of its tasks.</summary>
/// <param name="context">The context that all parts of the partition share.</param>
internal sealed class ClockHealing(PartitionContext context) : PartitionPart(context)
{
    private static readonly TimeSpan SayingPeriod = TimeSpan.FromMinutes(1);
    private readonly SetAside _setAside = new(context.State, context.Silo.Options.ClockTolerance,
        context.Silo.Options.Limits.BatchRetention);
    private long _saidAhead;

    /// <summary>Corrects everything that was stored ahead of the clock. The caller reports it once it is stored.</summary>
    /// <returns>The tasks with corrected instants.</returns>
    public IReadOnlyList<string> HealAll() => _setAside.HealAll(Now);

    /// <summary>Reports the last corrections.</summary>
    public void Tell(IReadOnlyList<string> tasks)
    {
        if (_setAside.Furthest is { } furthest)
        {
            Teller.TellHealed(tasks, furthest);
        }
    }

    /// <summary>Corrects one task.</summary>
    public void HealOne(string task, TaskSlot slot)
    {
        if (_setAside.Heal(task, slot, Now))
        {
            Waker.Free(slot);
            Tell([task]);
        }
    }

    /// <summary>Handles that the clock of this silo was set forward or back.</summary>
    public async Task TakeStepAsync(TimeSpan step)
    {
        if (step.Duration() <= ClockWatch.Smallest * 2)
        {
            Waker.ArmAnew();
            return;
        }

        IReadOnlyList<string> restored = step > TimeSpan.Zero ? _setAside.Restore(Now) : [];
        var healed = _setAside.HealAll(Now);
        if (restored.Count + healed.Count > 0 || step < -Silo.Options.ClockTolerance)
        {
            Waker.ScheduleAll();
        }
        else
        {
            Waker.ArmAnew();
        }

        await CommitAsync();
        Tell(healed);

        // Owners on other silos follow this clock if it differs much from their own.
        Wakes.WakeChanged(State.Slots.Where(static s => s.Value.Owner != TaskSlot.Ownership.None).Select(static s => s.Key));
    }

    /// <summary>
    /// Returns an instant that a task's owner has passed. Null if it is ahead of this clock and must not be stored: one of the two clocks
    /// is wrong.
    /// </summary>
    public DateTimeOffset? Sane(string task, DateTimeOffset? passed)
    {
        if (!Times.IsAhead(passed, Now, Silo.Options.ClockTolerance))
        {
            return passed;
        }

        if (_saidAhead == 0 || Silo.Pauses.GetElapsedTime(_saidAhead) >= SayingPeriod)
        {
            _saidAhead = Silo.Pauses.GetTimestamp();
            LogOthersAhead(Silo.Log, task, passed!.Value, Now, State.Slots.GetValueOrDefault(task)?.Last?.Silo.ToString() ?? "its silo",
                Silo.Cluster.Local.ToString());
        }

        return null;
    }
}
