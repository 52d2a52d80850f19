using Cronos;

namespace OrleansTasks;

/// <summary>See <see cref="TaskSchedule.Cron"/>. Reading and occurrences are those of the Cronos library.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.CronSchedule")]
public sealed record CronSchedule : TaskSchedule
{
    [NonSerialized]
    private (CronExpression Expression, TimeZoneInfo Zone)? _parsed;

    internal CronSchedule(string expression, string? timeZone)
    {
        Expression = expression;
        TimeZone = timeZone;
        Check();
    }

    /// <summary>The expression as it was given.</summary>
    [Id(0)]
    public string Expression { get; private init; }

    /// <summary>The IANA time zone id in which the fields are read; null for UTC.</summary>
    [Id(1)]
    public string? TimeZone { get; private init; }

    /// <inheritdoc />
    public override DateTimeOffset? NextAfter(DateTimeOffset instant)
    {
        var (expression, zone) = _parsed ??= Parse();
        return expression.GetNextOccurrence(instant.UtcDateTime, zone) is { } next ? new DateTimeOffset(next, TimeSpan.Zero) : null;
    }

    /// <inheritdoc />
    public override string Describe() => $"by cron '{Expression}' in {TimeZone ?? "UTC"}";

    /// <inheritdoc />
    public bool Equals(CronSchedule? other) => other is not null && Expression == other.Expression && TimeZone == other.TimeZone;

    /// <inheritdoc />
    public override int GetHashCode() => HashCode.Combine(Expression, TimeZone);

    private protected override void Check()
    {
        if (NextAfter(DateTimeOffset.UnixEpoch) is null)
        {
            throw new InvalidTaskException(null, [$"The cron expression '{Expression}' never occurs."]);
        }
    }

    private (CronExpression, TimeZoneInfo) Parse()
    {
        CronExpression expression;
        try
        {
            var fields = (Expression ?? "").Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries).Length;
            expression = CronExpression.Parse(Expression ?? "", fields == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard);
        }
        catch (CronFormatException e)
        {
            throw new InvalidTaskException(null, [$"The cron expression '{Expression}' is not valid: {e.Message}"]);
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(TimeZone ?? "UTC", out var zone)
            ? (expression, zone)
            : throw new InvalidTaskException(null, [$"The time zone '{TimeZone}' is not known; an IANA id such as Europe/Berlin is wanted."]);
    }
}
