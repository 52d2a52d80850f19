using OrleansTasks.Clocks;
using static OrleansTasks.Partitions.PartitionMessages;

namespace OrleansTasks.Partitions;

/// <summary>What a partition does about clocks that are wrong, or were: its own, and those of the silos that its tasks are on.</summary>
/// <param name="context">What all parts of the partition share.</param>
internal sealed class ClockHealing(PartitionContext context) : PartitionPart(context)
{
    private static readonly TimeSpan SayingPeriod = TimeSpan.FromMinutes(1);
    private readonly SetAside _setAside = new(context.State, context.Silo.Options.ClockTolerance, context.Silo.Options.Limits.BatchRetention);
    private long _saidAhead;

    /// <summary>Puts all right that was stored ahead of the clock. It is told of once it is stored.</summary>
    /// <returns>The tasks of which something lay ahead.</returns>
    public IReadOnlyList<string> HealAll() => _setAside.HealAll(Now);

    /// <summary>Tells what was put right last.</summary>
    public void Tell(IReadOnlyList<string> tasks)
    {
        if (_setAside.Furthest is { } furthest)
        {
            Teller.TellHealed(tasks, furthest);
        }
    }

    /// <summary>Puts one task right.</summary>
    public void HealOne(string task, TaskSlot slot)
    {
        if (_setAside.Heal(task, slot, Now))
        {
            Waker.Free(slot);
            Tell([task]);
        }
    }

    /// <summary>Takes that the clock of this silo was put forward or back.</summary>
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

        // Owners on other silos go by this clock, where it differs much from their own.
        Wakes.WakeChanged(State.Slots.Where(static s => s.Value.Owner != TaskSlot.Ownership.None).Select(static s => s.Key));
    }

    /// <summary>An instant that a task's owner has passed; null if it lies ahead of this clock, and so is not noted: the clock of one of the two is wrong.</summary>
    public DateTimeOffset? Sane(string task, DateTimeOffset? passed)
    {
        if (!Times.IsAhead(passed, Now, Silo.Options.ClockTolerance))
        {
            return passed;
        }

        if (_saidAhead == 0 || Silo.Pauses.GetElapsedTime(_saidAhead) >= SayingPeriod)
        {
            _saidAhead = Silo.Pauses.GetTimestamp();
            LogOthersAhead(Silo.Log, task, passed!.Value, Now, State.Slots.GetValueOrDefault(task)?.Last?.Silo.ToString() ?? "its silo", Silo.Cluster.Local.ToString());
        }

        return null;
    }
}
