using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>Represents the base class of the exceptions that this library throws.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskException")]
public class TaskException : Exception
{
    // This is longer than a name may be, because a caller may give anything as a name.
    private const int MaxTask = 1_000;

    /// <summary>Initializes a new instance of the <see cref="TaskException"/> class.</summary>
    /// <param name="task">The task's name, or null if there is none.</param>
    /// <param name="message">What is wrong and what to do. Control characters are escaped, and text beyond 16,384 characters is cut
    /// off.</param>
    /// <param name="inner">The cause, or null if there is none.</param>
    public TaskException(string? task, string message, Exception? inner = null)
        : base(ShownText.Of(message), inner) => Task = ShownText.Cut(task, MaxTask);

    /// <summary>Gets the task's name, or null if there is none.</summary>
    [Id(0)]
    public string? Task { get; }
}
