using OrleansTasks.Chaos.Faults;

namespace OrleansTasks.Chaos.Judging;

/// <summary>Says what several outages together may lose.</summary>
internal static class OutageLists
{
    /// <summary>
    /// Returns whether the cluster may lose what the store forgot. Living silos still know it, unless one is lost before everything has
    /// been written again.
    /// </summary>
    public static bool MayLoseMemory(this IReadOnlyList<Outage> outages, Outage rollback) =>
        outages.Any(o => o.LosesSilos && o.From <= rollback.Healed + Promises.WrittenAgain && o.Healed >= rollback.From);

    /// <summary>Returns whether the cluster may have lost what it acknowledged at an instant.</summary>
    public static bool MayForget(this IReadOnlyList<Outage> outages, DateTimeOffset acknowledged) =>
        outages.Any(o => o.Forgets(acknowledged) && outages.MayLoseMemory(o));

    /// <summary>Returns whether a database that goes back may have lost a transaction that was committed in a period.</summary>
    public static bool TakesBack(this IReadOnlyList<Outage> outages, DateTimeOffset from, DateTimeOffset to) =>
        outages.Any(o => o.IsRollback && to >= o.From && from <= o.Struck + Promises.Answer);
}
