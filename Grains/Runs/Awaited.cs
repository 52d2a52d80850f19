namespace OrleansTasks.Runs;

/// <summary>Represents what a handler waits for: a run, or a batch.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.Awaited")]
internal readonly record struct Awaited
{
    private Awaited(RunId? run, Guid? batch) => (Run, Batch) = (run, batch);

    /// <summary>Gets the run; null if it is a batch.</summary>
    [Id(0)]
    public RunId? Run { get; private init; }

    /// <summary>Gets the batch; null if it is a run.</summary>
    [Id(1)]
    public Guid? Batch { get; private init; }

    public static implicit operator Awaited(RunId run) => new(run, null);

    public static Awaited OfBatch(Guid batch) => new(null, batch);

    public override string ToString() => Batch is { } batch ? $"the batch {batch}" : $"the run {Run}";
}
