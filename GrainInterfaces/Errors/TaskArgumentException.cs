using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>The exception that is thrown when an argument is missing, surplus or unknown, or does not match its parameter.</summary>
[GenerateSerializer, Alias("OrleansTasks.TaskArgumentException")]
public sealed class TaskArgumentException : TaskException
{
    // The name of an unknown parameter comes from a caller.
    private const int MaxParameter = 1_000;

    /// <summary>Initializes a new instance of the <see cref="TaskArgumentException"/> class.</summary>
    /// <param name="task">The task's name, or null if it is not known.</param>
    /// <param name="parameter">The name of the parameter, or null if there is none.</param>
    /// <param name="message">The argument, the expected value and the actual value.</param>
    public TaskArgumentException(string? task, string? parameter, string message)
        : base(task, message) => Parameter = ShownText.Cut(parameter, MaxParameter);

    /// <summary>Gets the name of the parameter, cut off at 1,000 characters, or null if there is none.</summary>
    [Id(0)]
    public string? Parameter { get; }
}
