namespace OrleansTasks.Client.Links;

/// <summary>
/// The activation of a task's grain began lately, and cannot tell whether a request was sent since then or was long on its way. The client sends it once more, with the activation's
/// name, which nobody knew before.
/// </summary>
[GenerateSerializer, Alias("OrleansTasks.UnmetActivationException")]
internal sealed class UnmetActivationException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="task">The task.</param>
    /// <param name="activation">Names the activation.</param>
    public UnmetActivationException(string task, Guid activation)
        : base(task, $"The task '{task}' has moved lately; its new activation asks for the request once more, to know it from one that was long on its way.") =>
        Activation = activation;

    /// <summary>Names the activation.</summary>
    [Id(0)]
    public Guid Activation { get; }
}
