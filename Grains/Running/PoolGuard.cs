using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansTasks;

/// <summary>
/// Keeps the thread pool answering while handlers burn or block its threads: when a probe waits too long, it raises the pool's
/// minimum, so that threads are added at once and not one or two a second.
/// </summary>
/// <remarks>
/// Handlers share the pool with grains, which is what makes a short run cheap. A thread of its own watches, since a timer of the pool
/// would starve with it.
/// </remarks>
internal sealed partial class PoolGuard(IOptions<TasksOptions> options, ILogger<PoolGuard> log) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(50);
    private const int CalmPeriods = 300;
    private readonly ManualResetEventSlim _stop = new();
    private readonly ManualResetEventSlim _probe = new();
    private Thread? _thread;

    public void Start()
    {
        _thread = new Thread(Watch) { IsBackground = true, Name = "OrleansTasks pool guard" };
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Set();
        _thread?.Join();
        _stop.Dispose();
        _probe.Dispose();
    }

    private void Watch()
    {
        ThreadPool.GetMinThreads(out var least, out var io);
        var most = least + options.Value.MaxConcurrentRuns;
        var calm = 0;
        var raised = least;
        while (!_stop.Wait(Period))
        {
            _probe.Reset();
            ThreadPool.UnsafeQueueUserWorkItem(static probe => probe.Set(), _probe, preferLocal: false);
            calm++;
            while (!_probe.Wait(Tolerance) && !_stop.IsSet)
            {
                calm = 0;
                if (raised < most)
                {
                    raised = Math.Min(most, Math.Max(raised, ThreadPool.ThreadCount) + Environment.ProcessorCount);
                    ThreadPool.SetMinThreads(raised, io);
                    LogRaised(log, raised);
                }
            }

            if (calm >= CalmPeriods && raised != least)
            {
                raised = least;
                ThreadPool.SetMinThreads(least, io);
            }
        }

        ThreadPool.SetMinThreads(least, io);
    }

    [LoggerMessage(131, LogLevel.Debug, "The thread pool did not answer; its minimum is now {Threads} threads.")]
    private static partial void LogRaised(ILogger logger, int threads);
}
