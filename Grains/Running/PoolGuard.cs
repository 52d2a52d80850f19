using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Running;

/// <summary>
/// Keeps the thread pool responsive while handlers compute on or block its threads. It probes the pool, lets <see cref="PoolMinimum"/>
/// decide, and sets the pool's minimum.
/// </summary>
/// <remarks>
/// Handlers share the pool with grains, which makes a short run cheap. The guard has a thread of its own, because a timer of the pool would
/// starve with it. The probe detects threads that are held where no handler is seen to hold them: after its first await. While the silo
/// runs nothing, the guard probes only once a second.
/// </remarks>
internal sealed partial class PoolGuard(RunExecutor executor, IOptions<TasksOptions> options, ILogger<PoolGuard> log) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ProbeTolerance = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan QuietPeriod = TimeSpan.FromSeconds(1);
    private readonly CancellationTokenSource _stop = new();
    private long _probeAnswered;
    private Thread? _thread;

    /// <summary>Gets whether the guard watches the pool: it was started, and <see cref="TasksOptions.AdjustThreadPool"/> is on.</summary>
    public bool IsWatching => _thread is not null;

    public void Start()
    {
        if (!options.Value.AdjustThreadPool)
        {
            return;
        }

        _thread = new Thread(Watch) { IsBackground = true, Name = "OrleansTasks pool guard" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread?.Join();
        _stop.Dispose();
    }

    private void Watch()
    {
        ThreadPool.GetMinThreads(out var before, out var io);
        var minimum = new PoolMinimum(before);
        var set = minimum.Of(0, options.Value.AllPlaces);
        ThreadPool.SetMinThreads(set, io);
        long probe = 0;
        var probedAt = TimeProvider.System.GetTimestamp();
        while (!_stop.Token.WaitHandle.WaitOne(Period))
        {
            if (minimum.IsAtRest && Interlocked.Read(ref _probeAnswered) == probe)
            {
                executor.WaitForAttempt(QuietPeriod, _stop.Token);
            }

            if (Interlocked.Read(ref _probeAnswered) == probe)
            {
                minimum.NoteAnswer();
                probedAt = TimeProvider.System.GetTimestamp();
                probe++;
                ThreadPool.UnsafeQueueUserWorkItem(static guard => Interlocked.Increment(ref guard._probeAnswered), this,
                    preferLocal: false);
            }
            else if (TimeProvider.System.GetElapsedTime(probedAt) >= ProbeTolerance)
            {
                minimum.NoteSilence();
                probedAt = TimeProvider.System.GetTimestamp();
            }

            var wanted = minimum.Of(executor.CountBlocking(Period), options.Value.AllPlaces);
            if (wanted != set)
            {
                set = wanted;
                ThreadPool.SetMinThreads(set, io);
                LogChanged(log, set);
            }
        }

        ThreadPool.SetMinThreads(before, io);
    }

    [LoggerMessage(131, LogLevel.Debug, "The thread pool's minimum is now {Threads} threads.")]
    private static partial void LogChanged(ILogger logger, int threads);
}
