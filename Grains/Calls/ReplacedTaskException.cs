namespace OrleansTasks.Calls;

/// <summary>
/// Thrown when a task grain attaches although a later activation has been attached in the meantime. It never works on the task again, and
/// leaves.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.ReplacedTaskException")]
internal sealed class ReplacedTaskException : TaskException
{
    public ReplacedTaskException(string task)
        : base(task, $"Another activation of the task '{task}' has replaced this one.")
    {
    }
}
