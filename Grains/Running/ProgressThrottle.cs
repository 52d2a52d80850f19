using Microsoft.Extensions.Logging;

namespace OrleansTasks.Running;

/// <summary>Forwards a run's progress: the first report at once, and then the latest one every 200 ms.</summary>
internal sealed class ProgressThrottle(RunningRun run, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(200);
    private readonly Lock _gate = new();
    private RunProgress? _pending;
    private ITimer? _timer;

    public void Report(RunProgress progress)
    {
        lock (_gate)
        {
            if (_timer is not null)
            {
                _pending = progress;
                return;
            }

            _timer = time.CreateTimer(static throttle => ((ProgressThrottle)throttle!).OnTimer(), this, Period, Timeout.InfiniteTimeSpan);
        }

        run.Observer.OnProgress(run, progress);
    }

    private void OnTimer() => Containment.Run(this, static throttle => throttle.SendPending(), log);

    private void SendPending()
    {
        RunProgress? progress;
        lock (_gate)
        {
            (progress, _pending) = (_pending, null);
            if (progress is null)
            {
                _timer?.Dispose();
                _timer = null;
                return;
            }

            _timer?.Change(Period, Timeout.InfiniteTimeSpan);
        }

        run.Observer.OnProgress(run, progress);
    }
}
