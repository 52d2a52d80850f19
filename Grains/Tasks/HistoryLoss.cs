namespace OrleansTasks.Tasks;

/// <summary>Represents what is missing from a task's stored history.</summary>
internal sealed record HistoryLoss
{
    public static HistoryLoss None { get; } = new();

    /// <summary>Gets whether the head is missing. It can be rebuilt from the other pages.</summary>
    public bool IsHeadMissing { get; init; }

    /// <summary>Gets the numbers of results that were stored and are missing. Some of the oldest may have been dropped regularly.</summary>
    public IReadOnlyList<NumberRange> Numbers { get; init; } = [];

    /// <summary>Gets the numbers for which nobody knows whether a result was stored.</summary>
    public IReadOnlyList<NumberRange> Unknown { get; init; } = [];

    /// <summary>Gets whether anything is missing.</summary>
    public bool IsLoss => IsHeadMissing || Numbers.Count > 0;

    /// <summary>Gets the maximum number of missing results.</summary>
    public long Count => Numbers.Sum(static r => r.Count);
}

/// <summary>Represents what was found of a history.</summary>
/// <param name="Pages">The pages, in order.</param>
/// <param name="Numbers">The numbers of the results in them, in order.</param>
internal sealed record HistoryFound(IReadOnlyList<long> Pages, IReadOnlyList<long> Numbers);

/// <summary>Represents a task's retention of results.</summary>
/// <param name="Length">The number of results that it keeps.</param>
/// <param name="HasAge">Whether it also drops results by age, however few there are.</param>
internal readonly record struct HistoryKept(int Length, bool HasAge);
