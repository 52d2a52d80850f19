namespace OrleansTasks.Simulation;

/// <summary>What a history is made with, besides its seed.</summary>
internal sealed record HistorySettings
{
    /// <summary>Whether silos may be taken for dead that live on.</summary>
    public bool WithUndead { get; init; } = true;

    /// <summary>Whether it is to be told what happens.</summary>
    public bool Traces { get; init; }

    /// <summary>Whose calls are told too: those that have this in their names or arguments; null: nobody's.</summary>
    public string? CallsOf { get; init; }

    /// <summary>The name of the defect that it has; null: it has none.</summary>
    public string? Planted { get; init; }

    /// <summary>Whether the cluster has the whole time to come to rest, also where nothing seems to be left to do.</summary>
    public bool RestsLong { get; init; }
}
