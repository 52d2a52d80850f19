namespace OrleansTasks;

/// <summary>The exception that is thrown when a run is not known or no longer kept.</summary>
[GenerateSerializer, Alias("OrleansTasks.RunNotFoundException")]
public sealed class RunNotFoundException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="RunNotFoundException"/> class.</summary>
    /// <param name="run">The id of the requested run.</param>
    public RunNotFoundException(RunId run)
        : base(run.Task, $"There is no run {run}, or it is no longer kept. Check the id, or keep "
            + $"more results ({nameof(TaskOptions)}.{nameof(TaskOptions.HistoryLength)}).") => RunId = run;

    /// <summary>Gets the id of the requested run.</summary>
    [Id(0)]
    public RunId RunId { get; }
}
