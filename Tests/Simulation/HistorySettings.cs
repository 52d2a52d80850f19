namespace OrleansTasks.Simulation;

/// <summary>Stores the settings of a history, besides its seed.</summary>
internal sealed record HistorySettings
{
    /// <summary>Gets whether silos that are alive may be declared dead.</summary>
    public bool WithUndead { get; init; } = true;

    /// <summary>Gets whether the history writes a trace.</summary>
    public bool Traces { get; init; }

    /// <summary>Gets a text that selects calls for the trace: those whose target or arguments contain it. Null: no calls.</summary>
    public string? CallsOf { get; init; }

    /// <summary>Gets the name of the planted defect. Null: none.</summary>
    public string? Planted { get; init; }

    /// <summary>Gets whether the cluster has the full time to come to rest, even if nothing seems to be left to do.</summary>
    public bool RestsLong { get; init; }
}
