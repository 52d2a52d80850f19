namespace OrleansTasks.Calls;

/// <summary>
/// Thrown when a task grain used an attachment that is no longer the newest, because its activation or that of its partition was replaced.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.StaleTaskException")]
internal sealed class StaleTaskException : TaskException
{
    public StaleTaskException(string task)
        : base(task, $"The attachment of the task '{task}' to its partition is out of date.")
    {
    }
}
