namespace OrleansTasks.Client.Links;

/// <summary>
/// The activation of a task's grain began lately, or the task was registered anew, and nobody can tell whether a request was sent since then or was long on its way. The client sends it once
/// more, with a name that nobody knew before.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.UnmetActivationException")]
internal sealed class UnmetActivationException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="task">The task.</param>
    /// <param name="activation">Names the activation, for as long as the task is registered as it is.</param>
    public UnmetActivationException(string task, Guid activation)
        : base(task, $"The task '{task}' has moved recently, or was registered again. Send the request again, so that it can be "
            + "distinguished from a delayed one.") =>
        Activation = activation;

    /// <summary>Names the activation.</summary>
    [Id(0)]
    public Guid Activation { get; }
}
