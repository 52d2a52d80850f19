namespace OrleansTasks.Schedules.Timing;

/// <summary>Represents a list of local times.</summary>
internal sealed class ListedTimes(IEnumerable<DateTime> times) : ILocalPattern
{
    private readonly DateTime[] _times = [.. times.Distinct().Order()];

    public bool Repeats => false;

    public DateTime? NextAfter(DateTime local)
    {
        var at = Array.BinarySearch(_times, local);
        at = at >= 0 ? at + 1 : ~at;
        return at < _times.Length ? _times[at] : null;
    }
}
