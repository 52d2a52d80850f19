namespace OrleansTasks;

/// <summary>
/// Specifies that a task with <see cref="TaskAttribute"/> occurs at a fixed interval: <see cref="TaskSchedule.Every"/>. Several schedules
/// on one task are combined by <see cref="TaskSchedule.Any"/>.
/// </summary>
/// <param name="interval">The time from one occurrence to the next, such as <c>00:05:00</c> or <c>PT5M</c>. Range: 1 ms to 100
/// years.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, AllowMultiple = true, Inherited = false)]
public sealed class EveryAttribute(string interval) : Attribute
{
    /// <summary>Gets the time from one occurrence to the next.</summary>
    public string Interval { get; } = interval;
}
