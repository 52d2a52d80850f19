using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos.Faults;

/// <summary>Represents a fault that was injected.</summary>
/// <param name="Fault">The planned fault.</param>
/// <param name="From">When it began.</param>
/// <param name="Healed">When it ended: killed processes answer again, and separated ones are connected again.</param>
/// <param name="Alone">Whether there is only one silo, so that no other can take over.</param>
internal sealed record Outage(Fault Fault, DateTimeOffset From, DateTimeOffset Healed, bool Alone = false)
{
    /// <summary>Gets when the fault had taken effect everywhere. A fault that takes time may have struck as late as that.</summary>
    public DateTimeOffset Struck { get; init; } = From;

    /// <summary>Gets whether tasks cannot fire before the fault is healed: nothing runs, or living silos cannot store.</summary>
    public bool StopsAll =>
        Alone || Fault.Kind is FaultKind.Restart or FaultKind.Blackout or FaultKind.Storage or FaultKind.Deadly or FaultKind.Clock
            or FaultKind.Rollback;

    /// <summary>Gets whether it excuses anything. The loss of a client must not affect the cluster.</summary>
    public bool Excuses => Fault.Victim is not Victim.WebServer;

    /// <summary>
    /// Returns whether an occurrence may not run at all, because the clock jumped over its instant or had already passed it.
    /// </summary>
    public bool ExcusesMissing(DateTimeOffset due) => IsClock && due > From - Promises.Recovery && due <= Healed + Promises.Recovery;

    /// <summary>Returns whether an occurrence may run early or twice, because a wrong clock reached its instant too.</summary>
    public bool ExcusesRepeating(DateTimeOffset due) =>
        IsClock && due > From - Promises.Recovery - Least(Fault.Step) && due <= Healed + Promises.Recovery + Most(Fault.Step);

    /// <summary>
    /// Returns the outage with the time at which a wrong clock has no more effects: when the silo's partitions have corrected what they
    /// stored by it. If another fault comes first, the recovery from that one does so.
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

    /// <summary>Returns whether the store lost what it acknowledged at an instant.</summary>
    public bool Forgets(DateTimeOffset acknowledged) => IsRollback && acknowledged >= From && acknowledged <= Struck + Promises.Answer;

    /// <summary>Returns whether the store may have lost the result of a run that ended at an instant.</summary>
    public bool ForgetsHistory(DateTimeOffset ended) => IsRollback && ended >= From - Promises.History && ended <= Struck + Promises.Answer;

    /// <summary>Gets whether the store went back to an earlier state.</summary>
    public bool IsRollback => Fault.Kind == FaultKind.Rollback;

    /// <summary>Gets whether a silo may have been lost with the content of its memory.</summary>
    public bool LosesSilos => !IsClock && Fault.Kind != FaultKind.Restart && Fault.Victim is Victim.Silo or Victim.AllSilos;

    /// <summary>Gets whether a silo's clock is wrong during the fault.</summary>
    public bool IsClock => Fault.Kind == FaultKind.Clock;

    /// <summary>Gets when the time to recover begins.</summary>
    public DateTimeOffset RecoveryStarts => StopsAll ? Healed : Struck;

    private static TimeSpan Least(TimeSpan step) => step < TimeSpan.Zero ? -step : TimeSpan.Zero;

    private static TimeSpan Most(TimeSpan step) => step > TimeSpan.Zero ? step : TimeSpan.Zero;
}
