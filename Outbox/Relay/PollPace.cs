namespace OrleansTasks.Outbox.Relay;

/// <summary>Decides how long the relay waits before it looks at the outbox again. Pure.</summary>
/// <param name="options">The settings.</param>
internal sealed class PollPace(OutboxOptions options)
{
    private TimeSpan _next = options.PollPeriod;

    /// <summary>Returns the wait after a look.</summary>
    /// <param name="isNotified">Whether the database announces rows.</param>
    /// <param name="found">Whether the look found rows.</param>
    /// <param name="untilDue">How long the first postponed row still waits, or null if there is none.</param>
    public TimeSpan After(bool isNotified, bool found, TimeSpan? untilDue)
    {
        if (found)
        {
            _next = options.PollPeriod;
        }

        var wait = isNotified ? options.MaxPollPeriod : _next;
        if (!found)
        {
            var doubled = _next * 2;
            _next = doubled < options.MaxPollPeriod ? doubled : options.MaxPollPeriod;
        }

        return untilDue is { } due && due < wait ? (due > TimeSpan.Zero ? due : TimeSpan.Zero) : wait;
    }
}
