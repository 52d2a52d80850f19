namespace OrleansTasks;

/// <summary>
/// The exception that is thrown when an attempt saves a checkpoint that no later attempt may begin with: the run has ended, was given to
/// another silo, or its task was cancelled.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.CheckpointRefusedException")]
public sealed class CheckpointRefusedException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="CheckpointRefusedException"/> class.</summary>
    /// <param name="run">The id of the run.</param>
    /// <param name="attempt">The number of the attempt.</param>
    public CheckpointRefusedException(RunId run, int attempt)
        : base(run.Task, $"Attempt {attempt} of {run} may not save a checkpoint any more: the run has ended, a later attempt has begun "
            + "elsewhere because this silo seemed lost, or the task was cancelled. End the handler; its outcome does not count.") =>
        (Run, Attempt) = (run, attempt);

    /// <summary>Gets the id of the run.</summary>
    [Id(0)]
    public RunId Run { get; }

    /// <summary>Gets the number of the attempt.</summary>
    [Id(1)]
    public int Attempt { get; }
}
