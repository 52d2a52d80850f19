namespace OrleansTasks.Calls;

/// <summary>A task grain spoke with an attachment that is no longer the newest: its activation, or its partition's, was replaced.</summary>
[GenerateSerializer, Alias("OrleansTasks.StaleTaskException")]
internal sealed class StaleTaskException : TaskException
{
    public StaleTaskException(string task)
        : base(task, $"The attachment of the task '{task}' to its partition is out of date.")
    {
    }
}
