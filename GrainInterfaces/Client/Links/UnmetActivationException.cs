namespace OrleansTasks.Client.Links;

/// <summary>
/// Thrown when the activation of a task's grain started recently, or the task was registered again, and the grain cannot tell whether a
/// request was sent since then or was delayed. The client sends it once more, with the id of the activation, which no earlier request can
/// contain.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.UnmetActivationException")]
internal sealed class UnmetActivationException : TaskException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="task">The task.</param>
    /// <param name="activation">The id of the activation, which changes when the task is registered again.</param>
    public UnmetActivationException(string task, Guid activation)
        : base(task, $"The task '{task}' has moved recently, or was registered again. Send the request again, so that it can be "
            + "distinguished from a delayed one.") =>
        Activation = activation;

    /// <summary>Gets the id of the activation.</summary>
    [Id(0)]
    public Guid Activation { get; }
}
