using System.Text.Json.Serialization;

namespace OrleansTasks;

/// <summary>When a task wants to run: an immutable value that tells the next occurrence after any instant.</summary>
/// <remarks>
/// Occurrences depend on the schedule alone, never on when a run started or ended, so they do not drift. In JSON:
/// <c>{"every":"00:00:01"}</c>, <c>{"cron":"0 9 * * MON-FRI","timeZone":"Europe/Berlin"}</c>, <c>{"at":"…"}</c>,
/// <c>{"after":"00:00:05"}</c>.
/// </remarks>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskSchedule")]
[JsonConverter(typeof(TaskScheduleJsonConverter))]
public abstract record TaskSchedule
{
    /// <summary>The shortest period of a schedule: one millisecond.</summary>
    public static readonly TimeSpan MinimumPeriod = TimeSpan.FromMilliseconds(1);

    private protected TaskSchedule()
    {
    }

    /// <summary>Every so often, on a fixed grid: anchor + interval, anchor + 2 × interval, and so on.</summary>
    /// <param name="interval">The period, at least <see cref="MinimumPeriod"/>.</param>
    /// <param name="anchor">An instant on the grid, which may be in the past. Null: the instant of registration.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The interval is under a millisecond, or over 100 years.</exception>
    public static TaskSchedule Every(TimeSpan interval, DateTimeOffset? anchor = null) => new EverySchedule(interval, anchor);

    /// <summary>By a cron expression of five fields (minute, hour, day of month, month, day of week) or six (seconds first).</summary>
    /// <param name="expression">The expression, or a macro such as <c>@hourly</c>.</param>
    /// <param name="timeZone">An IANA time zone id. Null: UTC.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The expression or the zone is not valid; the message says where.</exception>
    public static TaskSchedule Cron(string expression, string? timeZone = null) => new CronSchedule(expression, timeZone);

    /// <summary>Once, at an instant. One that has passed at registration is due at once.</summary>
    /// <param name="instant">The instant.</param>
    /// <returns>The schedule.</returns>
    public static TaskSchedule At(DateTimeOffset instant) => new AtSchedule(instant);

    /// <summary>Once, some time after registration.</summary>
    /// <param name="delay">How long after; zero or more.</param>
    /// <returns>The schedule.</returns>
    /// <exception cref="InvalidTaskException">The delay is negative, or over 100 years.</exception>
    public static TaskSchedule After(TimeSpan delay) => new AfterSchedule(delay);

    /// <summary>The first occurrence strictly after an instant.</summary>
    /// <param name="instant">The instant.</param>
    /// <returns>The occurrence, in UTC, or null if there is none.</returns>
    /// <exception cref="InvalidOperationException">The schedule is relative to its registration and was not registered.</exception>
    public abstract DateTimeOffset? NextAfter(DateTimeOffset instant);

    /// <summary>The schedule with all that depends on the instant of registration filled in.</summary>
    /// <param name="registeredAt">The instant of registration.</param>
    /// <returns>A schedule whose occurrences no longer depend on anything else.</returns>
    public virtual TaskSchedule Resolve(DateTimeOffset registeredAt) => this;

    /// <summary>The schedule in plain English.</summary>
    /// <returns>A phrase such as <c>every 3 minutes</c>.</returns>
    public abstract string Describe();

    /// <summary>The instant after which the first occurrence is looked for when a task is registered.</summary>
    internal virtual DateTimeOffset Origin(DateTimeOffset registeredAt) => registeredAt;

    /// <summary>
    /// What is wrong with it where it is looked at; null if nothing is. A schedule that came in a message was made elsewhere: by a process whose time zones
    /// may be other ones, or by none of this library's constructors.
    /// </summary>
    internal string? Fault()
    {
        try
        {
            Check();
            return null;
        }
        catch (InvalidTaskException e)
        {
            return e.Message;
        }
    }

    /// <summary>Throws an <see cref="InvalidTaskException"/> if it cannot have occurrences.</summary>
    private protected virtual void Check()
    {
    }

    private protected static void CheckDuration(TimeSpan value, TimeSpan minimum, string what)
    {
        if (value < minimum)
        {
            throw new InvalidTaskException(null, [$"{what} of {value.TotalMilliseconds:0.####} ms is too short: at least {minimum.TotalMilliseconds:0.####} ms are needed."]);
        }

        if (value > TimeSpan.FromDays(36525))
        {
            throw new InvalidTaskException(null, [$"{what} of {value.TotalDays:0} days is too long: 36525 days (100 years) are allowed."]);
        }
    }
}
