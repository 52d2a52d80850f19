namespace OrleansTasks.Tasks;

/// <summary>What of a task's history is missing from storage.</summary>
internal sealed record HistoryLoss
{
    public static HistoryLoss None { get; } = new();

    /// <summary>Whether the head is missing, which the other pages can make up for.</summary>
    public bool IsHeadMissing { get; init; }

    /// <summary>The numbers of results that were stored and are missing; some of the oldest may have been dropped in good order.</summary>
    public IReadOnlyList<NumberRange> Numbers { get; init; } = [];

    /// <summary>Numbers of which nobody knows whether anything was stored under them.</summary>
    public IReadOnlyList<NumberRange> Unknown { get; init; } = [];

    /// <summary>Whether anything is missing.</summary>
    public bool IsLoss => IsHeadMissing || Numbers.Count > 0;

    /// <summary>How many results are missing, at most.</summary>
    public long Count => Numbers.Sum(static r => r.Count);
}

/// <summary>What was found of a history.</summary>
/// <param name="Pages">The pages, in order.</param>
/// <param name="Numbers">The numbers of the results in them, in order.</param>
internal sealed record HistoryFound(IReadOnlyList<long> Pages, IReadOnlyList<long> Numbers);

/// <summary>What a task keeps.</summary>
/// <param name="Length">How many results.</param>
/// <param name="HasAge">Whether those of a certain age go, however few there are.</param>
internal readonly record struct HistoryKept(int Length, bool HasAge);
