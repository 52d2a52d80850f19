namespace OrleansTasks;

/// <summary>Looking ahead in a schedule takes more work than is allowed: too many steps, or too much time.</summary>
/// <remarks>Over HTTP: 400 with the type <c>urn:orleans-tasks:schedule-too-expensive</c>.</remarks>
[GenerateSerializer, Alias("OrleansTasks.ScheduleTooExpensiveException")]
public sealed class ScheduleTooExpensiveException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="task">The task's name; null if there is none.</param>
    /// <param name="reason">What was exceeded, a sentence.</param>
    public ScheduleTooExpensiveException(string? task, string reason)
        : base(task, $"The schedule is too expensive to look ahead. {reason}") => Reason = reason;

    /// <summary>What was exceeded, a sentence.</summary>
    [Id(0)]
    public string Reason { get; }
}
