using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansTasks.Clocks;
using OrleansTasks.Running;

namespace OrleansTasks.Supervision;

/// <summary>
/// Watches this silo's wall clock, and makes the engine's grains here set their timers again when the clock was set forward or back.
/// </summary>
internal sealed partial class ClockWatcher
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // Time synchronization causes smaller differences all the time.
    private static readonly TimeSpan Notable = TimeSpan.FromSeconds(1);

    // Both clocks cannot be read at once. A reading that took longer than this says nothing about their difference.
    private static readonly TimeSpan LongReading = TimeSpan.FromMilliseconds(100);
    // Orleans declares a silo dead that has been joining for longer than some minutes.
    private static readonly TimeSpan MisjudgesJoining = TimeSpan.FromMinutes(1);
    private readonly LocalGrains _grains;
    private readonly SteadyClock _steady;
    private readonly ClusterMembershipOptions _membership;
    private readonly bool _evictsJoining;
    private readonly TimeProvider _clock;
    private readonly TimeProvider _pauses;
    private readonly ILogger<ClockWatcher> _log;
    private readonly Lock _lock = new();
    private readonly long _start;
    private readonly ClockWatch _watch;

    public ClockWatcher(
        LocalGrains grains,
        SteadyClock steady,
        IOptionsMonitor<ClusterMembershipOptions> membership,
        [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider clock,
        [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
        ILogger<ClockWatcher> log)
    {
        (_grains, _steady, _clock, _pauses, _log) = (grains, steady, clock, pauses, log);
        _membership = membership.CurrentValue;
        _evictsJoining = _membership.EvictWhenMaxJoinAttemptTimeExceeded;
        _start = clock.GetTimestamp();
        _watch = new ClockWatch(clock.GetUtcNow(), clock.GetElapsedTime(_start));
    }

    /// <summary>Checks every second, until the silo stops.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Period, _pauses, ct);
                Look();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return;
        }
    }

    /// <summary>Compares the clocks once.</summary>
    public void Look()
    {
        TimeSpan? seen;
        lock (_lock)
        {
            var before = _clock.GetTimestamp();
            var now = _clock.GetUtcNow();
            seen = _clock.GetElapsedTime(before) > LongReading ? null : _watch.Look(now, _clock.GetElapsedTime(_start, before));
        }

        if (seen is { } step)
        {
            LogStepped(_log, step.Duration() >= Notable ? LogLevel.Warning : LogLevel.Debug, step.Duration(),
                step > TimeSpan.Zero ? "forward" : "back");
            _grains.ClockStepped(step);

            // Orleans' membership uses the steady clock. By that clock, silos that have just started would seem to have been joining for as
            // long as it is ahead.
            _membership.EvictWhenMaxJoinAttemptTimeExceeded = _evictsJoining && _steady.Ahead < MisjudgesJoining;
        }
    }

    [LoggerMessage(EventId = 531, Message = "The clock of this silo moved {Direction} by {Step}. All timers of tasks are set again.")]
    private static partial void LogStepped(ILogger logger, LogLevel level, TimeSpan step, string direction);
}
