namespace OrleansTasks;

/// <summary>A run did not succeed.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskFailedException")]
public sealed class TaskFailedException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="result">What the run came to.</param>
    public TaskFailedException(TaskResult result)
        : base(result?.Task, Describe(result)) => Result = result!;

    /// <summary>What the run came to.</summary>
    [Id(0)]
    public TaskResult Result { get; }

    private static string Describe(TaskResult? result)
    {
        ArgumentNullException.ThrowIfNull(result);
        return $"The run {result.RunId} ended as {result.Status}{(result.Error is null ? "." : ": " + result.Error)}";
    }
}
