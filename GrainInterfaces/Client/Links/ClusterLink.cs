using Microsoft.Extensions.Logging;

namespace OrleansTasks.Client.Links;

/// <summary>
/// Keeps what this process knows of its connection to the cluster: whether its Orleans client or silo is up, and whether any silo can be
/// reached. While none can, one call at a time checks it and all others wait. Otherwise Orleans would try to connect for each of them, and
/// log the failure.
/// </summary>
internal sealed partial class ClusterLink(TimeProvider time, ILogger log) : IClusterConnectionStatusObserver
{
    private static readonly TimeSpan FirstProbe = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestProbe = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private volatile State _state;
    private long _lostAt;
    private long _probedAt;
    private TimeSpan _pause;
    private int _losses;

    private enum State
    {
        /// <summary>The host has not started Orleans yet.</summary>
        Idle,
        Up,

        /// <summary>No silo can be reached.</summary>
        Lost,

        /// <summary>The host has stopped Orleans.</summary>
        Stopped,
    }

    /// <summary>
    /// Gets how often the connection to a silo was lost. A call that waits for an answer at that time may never get one, and Orleans does
    /// not report it before the call times out.
    /// </summary>
    public int Losses => Volatile.Read(ref _losses);

    /// <summary>Gets the exception for a call that waits because no silo can be reached.</summary>
    public static Exception Away { get; } = new TimeoutException("The connections to all silos are lost. Check that silos run, and that "
        + "the network reaches them.");

    /// <summary>Records that Orleans is up in this process.</summary>
    public void Start() => _state = State.Up;

    /// <summary>Records that Orleans is stopping in this process.</summary>
    public void Stop() => _state = State.Stopped;

    /// <summary>Throws if Orleans is not up in this process.</summary>
    /// <exception cref="ClusterUnreachableException">Orleans is not up in this process.</exception>
    public void ThrowIfNotUp()
    {
        if (_state is State.Up or State.Lost)
        {
            return;
        }

        throw new ClusterUnreachableException(_state == State.Stopped
            ? "Tasks were called after the Orleans client or silo of this process stopped, for example by a hosted service that stops "
                + "later. Register that service after UseOrleans or UseOrleansClient, so that it stops first."
            : "Tasks were called before the host started the Orleans client or silo of this process. Call them after app.StartAsync(), or "
                + "when IHostApplicationLifetime.ApplicationStarted is triggered. Register hosted services that call them in StartAsync "
                    + "after UseOrleans or UseOrleansClient.");
    }

    /// <summary>
    /// Decides whether a call may be sent now. While no silo can be reached, it occasionally lets one call pass, to find out whether a silo
    /// can be reached again.
    /// </summary>
    public bool TryPass()
    {
        if (_state != State.Lost)
        {
            return true;
        }

        lock (_gate)
        {
            if (_state != State.Lost)
            {
                return true;
            }

            if (time.GetElapsedTime(_probedAt) < _pause)
            {
                return false;
            }

            _probedAt = time.GetTimestamp();
            _pause = _pause * 2 < LongestProbe ? _pause * 2 : LongestProbe;
            return true;
        }
    }

    public void NotifyClusterConnectionLost()
    {
        lock (_gate)
        {
            if (_state != State.Up)
            {
                return;
            }

            Interlocked.Increment(ref _losses);
            _lostAt = time.GetTimestamp();
            _pause = FirstProbe;
            _probedAt = _lostAt;
            _state = State.Lost;
        }

        LogLost(log, LongestProbe);
    }

    public void NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered)
    {
        if (currentNumberOfGateways < previousNumberOfGateways)
        {
            Interlocked.Increment(ref _losses);
        }

        TimeSpan lost;
        lock (_gate)
        {
            if (_state != State.Lost || currentNumberOfGateways == 0)
            {
                return;
            }

            lost = time.GetElapsedTime(_lostAt);
            _state = State.Up;
        }

        LogFound(log, TimeSpan.FromSeconds(Math.Round(lost.TotalSeconds, 1)));
    }

    [LoggerMessage(22, LogLevel.Warning,
        "The cluster is out of reach: the connections to all silos are lost. Retrying with increasing pauses, up to {Pause}.")]
    private static partial void LogLost(ILogger logger, TimeSpan pause);

    [LoggerMessage(23, LogLevel.Information, "The cluster is within reach again, after {Lost}.")]
    private static partial void LogFound(ILogger logger, TimeSpan lost);
}
