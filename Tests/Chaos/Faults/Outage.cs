using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos.Faults;

/// <summary>A fault that was done.</summary>
/// <param name="Fault">What was planned.</param>
/// <param name="From">When it began.</param>
/// <param name="Healed">When it was over: what was killed answers again, what was cut is connected again.</param>
/// <param name="Alone">Whether there was but one silo, so that nobody could take over from it.</param>
internal sealed record Outage(Fault Fault, DateTimeOffset From, DateTimeOffset Healed, bool Alone = false)
{
    /// <summary>When all of it had been done; what takes time to do may have struck as late as that.</summary>
    public DateTimeOffset Struck { get; init; } = From;

    /// <summary>Whether tasks cannot be expected to fire before it is healed: nothing runs, or living silos cannot store.</summary>
    public bool StopsAll => Alone || Fault.Kind is FaultKind.Restart or FaultKind.Blackout or FaultKind.Storage or FaultKind.Deadly or FaultKind.Clock or FaultKind.Rollback;

    /// <summary>Whether it excuses anything: the loss of a client must disturb nobody.</summary>
    public bool Excuses => Fault.Victim is not Victim.WebServer;

    /// <summary>
    /// Whether an occurrence may not be made at all, because the clock passed over its instant or had passed it before.
    /// </summary>
    public bool ExcusesMissing(DateTimeOffset due) => IsClock && due > From - Promises.Recovery && due <= Healed + Promises.Recovery;

    /// <summary>Whether an occurrence may be made early, or again: a clock that was wrong has seen its instant too.</summary>
    public bool ExcusesRepeating(DateTimeOffset due) =>
        IsClock && due > From - Promises.Recovery - Least(Fault.Step) && due <= Healed + Promises.Recovery + Most(Fault.Step);

    /// <summary>
    /// The same; where it was a clock, healed only when the partitions of the silo have put right what they had stored by it: another fault that comes before
    /// leaves that to whoever recovers from it.
    /// </summary>
    public Outage SettledWith(IReadOnlyList<Outage> others)
    {
        var healed = Healed;
        foreach (var next in others.Where(o => IsClock && (o.StopsAll || o.LosesSilos) && o.From >= From).OrderBy(o => o.From))
        {
            healed = next.From <= healed + Promises.Recovery && next.Healed > healed ? next.Healed : healed;
        }

        return this with { Healed = healed };
    }

    /// <summary>Whether the store forgot what was acknowledged at an instant.</summary>
    public bool Forgets(DateTimeOffset acknowledged) => IsRollback && acknowledged >= From && acknowledged <= Struck + Promises.Answer;

    /// <summary>Whether the store may have forgotten the history that had the result of a run that ended at an instant.</summary>
    public bool ForgetsHistory(DateTimeOffset ended) => IsRollback && ended >= From - Promises.History && ended <= Struck + Promises.Answer;

    /// <summary>Whether the store went back.</summary>
    public bool IsRollback => Fault.Kind == FaultKind.Rollback;

    /// <summary>Whether a silo may have been lost, and with it what only its memory had.</summary>
    public bool LosesSilos => !IsClock && Fault.Kind != FaultKind.Restart && Fault.Victim is Victim.Silo or Victim.AllSilos;

    /// <summary>Whether the clock of a silo is wrong meanwhile.</summary>
    public bool IsClock => Fault.Kind == FaultKind.Clock;

    /// <summary>From when on the time to recover counts.</summary>
    public DateTimeOffset RecoveryStarts => StopsAll ? Healed : Struck;

    private static TimeSpan Least(TimeSpan step) => step < TimeSpan.Zero ? -step : TimeSpan.Zero;

    private static TimeSpan Most(TimeSpan step) => step > TimeSpan.Zero ? step : TimeSpan.Zero;
}
