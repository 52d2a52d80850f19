using Microsoft.Extensions.Logging;
using Orleans.Runtime.Messaging;
using OrleansTasks.Telemetry;

namespace OrleansTasks.Client.Links;

/// <summary>Repeats calls that failed because a silo, or the connection to it, was lost.</summary>
internal sealed partial class ClusterCalls(ClusterLink link, TimeProvider time, TaskClientOptions options, ILogger log,
    ClientMetrics? metrics = null)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    /// <summary>Decides whether a failure is one of the cluster, which the caller does not see if a repetition succeeds.</summary>
    public static bool IsTransient(Exception e) => e switch
    {
        SiloUnavailableException or OrleansMessageRejectionException or ConnectionFailedException or ClientNotAvailableException => true,
        PartitionMovedException or TimeoutException or GatewayTooBusyException => true,
        OrleansException => e.InnerException is SiloUnavailableException or ConnectionFailedException,
        _ => false,
    };

    /// <summary>
    /// Decides whether a failure means that the call was not carried out. The loss of a silo does not mean that: the silo may have been
    /// lost afterwards.
    /// </summary>
    public static bool IsRefusal(Exception e) =>
        e is PartitionMovedException { StorageFails: false } or GatewayTooBusyException or ConnectionFailedException
            or (OrleansMessageRejectionException and not SiloUnavailableException);

    /// <summary>Decides whether a failure means that a silo was lost while it had the call.</summary>
    public static bool IsLoss(Exception e) =>
        e is SiloUnavailableException or OrleansException { InnerException: SiloUnavailableException };

    /// <summary>Gets what is known of the connection to the cluster.</summary>
    public ClusterLink Link => link;

    /// <summary>Counts a rejected request. It is used in the condition of a catch clause.</summary>
    /// <returns>False, so that the exception is not caught.</returns>
    public bool NoteRefused(TaskException e) => metrics is not null && metrics.NoteRefused(e);

    public async Task<T> CallAsync<T>(Func<Task<T>> call, CancellationToken ct)
    {
        var patience = Start();
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            link.ThrowIfNotUp();
            try
            {
                if (!link.TryPass())
                {
                    throw ClusterLink.Away;
                }

                return await call().WaitAsync(ct).ConfigureAwait(false);
            }
            catch (Exception e) when (IsTransient(e))
            {
                await patience.PauseAsync(e, ct).ConfigureAwait(false);
            }
            catch (TaskException e) when (NoteRefused(e))
            {
                throw;
            }
        }
    }

    public Patience Start() => new(time, options.RetryFor, log, this);

    [LoggerMessage(1, LogLevel.Debug, "A call failed; retrying. {Reason}")]
    private static partial void LogRepeated(ILogger logger, string reason);

    /// <summary>Tracks the time that is left for repeating one call.</summary>
    internal sealed class Patience(TimeProvider time, TimeSpan limit, ILogger log, ClusterCalls? calls = null)
    {
        private long? _since;
        private TimeSpan _pause = FirstPause;

        public async Task PauseAsync(Exception failure, CancellationToken ct)
        {
            _since ??= time.GetTimestamp();
            if (time.GetElapsedTime(_since.Value) >= limit)
            {
                TaskException told = failure is PartitionMovedException { StorageFails: true }
                    ? new TaskStorageException($"Storage did not accept the call within {limit}; it is not known whether the call takes "
                        + $"effect. Look for its effect before you repeat it. {failure.Message}", failure)
                    : new ClusterUnreachableException($"No silo accepted the call within {limit}. Check that silos run, or raise "
                        + $"TaskClientOptions.RetryFor. The last failure: {failure.Message}", failure);
                calls?.NoteRefused(told);
                throw told;
            }

            LogRepeated(log, failure.Message);
            await Task.Delay(_pause, time, ct).ConfigureAwait(false);
            _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
        }

        public void Reset()
        {
            _since = null;
            _pause = FirstPause;
        }
    }
}
