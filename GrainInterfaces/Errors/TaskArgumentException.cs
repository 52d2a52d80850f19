using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>An argument is missing, surplus, unknown, or does not fit its parameter.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskArgumentException")]
public sealed class TaskArgumentException : TaskException
{
    // Of a parameter that is not known the name is somebody else's.
    private const int MaxParameter = 1_000;

    /// <summary>Makes an error.</summary>
    /// <param name="task">The task's name; null if it is not known.</param>
    /// <param name="parameter">The parameter concerned; null if there is none.</param>
    /// <param name="message">Which argument does not fit, what was expected and what was given.</param>
    public TaskArgumentException(string? task, string? parameter, string message)
        : base(task, message) => Parameter = ShownText.Cut(parameter, MaxParameter);

    /// <summary>The name of the parameter concerned, cut at 1,000 characters; null if there is none.</summary>
    [Id(0)]
    public string? Parameter { get; }
}
