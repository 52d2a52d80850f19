using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>The root of the errors that this library throws.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskException")]
public class TaskException : Exception
{
    // Longer than a name may be: what was given as one may be anything.
    private const int MaxTask = 1_000;

    /// <summary>Makes an error.</summary>
    /// <param name="task">The task concerned; null if there is none.</param>
    /// <param name="message">What was wrong, and what to do. Control characters in it are written as escapes, and it is cut at 16,384 characters.</param>
    /// <param name="inner">The cause; null if there is none.</param>
    public TaskException(string? task, string message, Exception? inner = null)
        : base(ShownText.Of(message), inner) => Task = ShownText.Cut(task, MaxTask);

    /// <summary>The name of the task concerned; null if there is none.</summary>
    [Id(0)]
    public string? Task { get; }
}
