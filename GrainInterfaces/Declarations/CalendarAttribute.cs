namespace OrleansTasks;

/// <summary>
/// Specifies that a task with <see cref="TaskAttribute"/> occurs by a recurrence rule of RFC 5545: <see cref="TaskSchedule.Calendar"/>.
/// Several schedules on one task are combined by <see cref="TaskSchedule.Any"/>.
/// </summary>
/// <param name="rule">The rule, such as <c>FREQ=MONTHLY;BYDAY=-1FR</c>. A rule that is not valid or never occurs is a compiler
/// error.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public sealed class CalendarAttribute(string rule) : Attribute
{
    /// <summary>Gets the rule.</summary>
    public string Rule { get; } = rule;

    /// <summary>
    /// Gets or sets the local time from which the rule counts, such as <c>2026-01-01T09:00:00</c>; an instant if it ends with <c>Z</c>.
    /// Default: null, which is the time of registration.
    /// </summary>
    public string? Start { get; set; }

    /// <summary>Gets or sets the IANA id of the time zone in which the rule is read. Default: null, which is UTC.</summary>
    public string? TimeZone { get; set; }
}
