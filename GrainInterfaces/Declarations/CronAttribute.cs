namespace OrleansTasks;

/// <summary>
/// Specifies that a task with <see cref="TaskAttribute"/> occurs by a cron expression: <see cref="TaskSchedule.Cron(string, string?)"/>.
/// Several schedules on one task are combined by <see cref="TaskSchedule.Any"/>.
/// </summary>
/// <param name="expression">The expression. An expression that is not valid or never occurs is a compiler error.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public sealed class CronAttribute(string expression) : Attribute
{
    /// <summary>Gets the expression.</summary>
    public string Expression { get; } = expression;

    /// <summary>Gets or sets the IANA id of the time zone in which the expression is read. Default: null, which is UTC.</summary>
    public string? TimeZone { get; set; }

    /// <summary>
    /// Gets or sets how the expression combines days of the month and days of the week. Default: <see cref="CronDays.Both"/>.
    /// </summary>
    public CronDays Days { get; set; }
}
