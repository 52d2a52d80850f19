namespace OrleansTasks;

/// <summary>The exception that is thrown when finding occurrences of a schedule takes too many steps or too much time.</summary>
/// <remarks>Over HTTP: 400 with the type <c>urn:orleans-tasks:schedule-too-expensive</c>.</remarks>
[GenerateSerializer, Alias("OrleansTasks.ScheduleTooExpensiveException")]
public sealed class ScheduleTooExpensiveException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="ScheduleTooExpensiveException"/> class.</summary>
    /// <param name="task">The task's name, or null if there is none.</param>
    /// <param name="reason">The limit that was exceeded, as a sentence.</param>
    public ScheduleTooExpensiveException(string? task, string reason)
        : base(task, $"The schedule is too expensive to compute. {reason}") => Reason = reason;

    /// <summary>Gets the limit that was exceeded, as a sentence.</summary>
    [Id(0)]
    public string Reason { get; }
}
