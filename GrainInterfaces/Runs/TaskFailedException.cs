namespace OrleansTasks;

/// <summary>The exception that is thrown when a run did not succeed.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskFailedException")]
public sealed class TaskFailedException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="TaskFailedException"/> class.</summary>
    /// <param name="result">The result of the run.</param>
    public TaskFailedException(TaskResult result)
        : base(result?.Task, Describe(result)) => Result = result!;

    /// <summary>Gets the result of the run.</summary>
    [Id(0)]
    public TaskResult Result { get; }

    private static string Describe(TaskResult? result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return $"The run {result.RunId} ended as {result.Status}{(result.Error is null ? "." : ": " + result.Error)}";
    }
}
