namespace OrleansTasks;

/// <summary>Thrown inside a handler that waits for a run which, directly or through others, waits for the handler's own run: none of them could ever end.</summary>
[GenerateSerializer, Alias("OrleansTasks.RunCycleException")]
public sealed class RunCycleException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="runs">The runs, each of which waits for the next; the last one is the first one again.</param>
    public RunCycleException(IReadOnlyList<RunId> runs)
        : base(runs[0].Task, $"The run {runs[0]} would never end: it waits for {string.Join(", which waits for ", runs.Skip(1))}.") => Runs = runs;

    internal RunCycleException(RunId run, Guid batch)
        : base(run.Task, $"The run {run} would never end: it waits for the batch {batch}, to which it belongs.") => Runs = [run];

    /// <summary>The runs, each of which waits for the next; the last one is the first one again. One run alone waits for the batch to which it belongs.</summary>
    [Id(0)]
    public IReadOnlyList<RunId> Runs { get; }
}
