namespace OrleansTasks.Calls;

/// <summary>A task grain asked to be attached although a later activation has been attached in the meantime: it never works on the task again, and leaves.</summary>
[GenerateSerializer, Alias("OrleansTasks.ReplacedTaskException")]
internal sealed class ReplacedTaskException : TaskException
{
    public ReplacedTaskException(string task)
        : base(task, $"Another activation of the task '{task}' has replaced this one.")
    {
    }
}
