namespace OrleansTasks;

/// <summary>There is no such run, or it is no longer kept.</summary>
[GenerateSerializer, Alias("OrleansTasks.RunNotFoundException")]
public sealed class RunNotFoundException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="run">The run that was asked for.</param>
    public RunNotFoundException(RunId run)
        : base(run.Task, $"There is no run {run}, or it is no longer kept.") => RunId = run;

    /// <summary>The run that was asked for.</summary>
    [Id(0)]
    public RunId RunId { get; }
}
