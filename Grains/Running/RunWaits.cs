using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Calls;
using OrleansTasks.Client;
using OrleansTasks.Errors;
using OrleansTasks.Grains;
using OrleansTasks.Runs;

namespace OrleansTasks.Running;

/// <summary>
/// Handles waits of handlers for other runs and for batches. It lends their places meanwhile, tells their tasks what they wait for, fails a
/// wait that is part of a circle, and reports a wait that is stuck.
/// </summary>
internal sealed partial class RunWaits(IGrainFactory grains, [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time,
    ILogger<RunWaits> log) : IRunWaits
{
    // Most waits have ended by then, and need no call.
    private static readonly TimeSpan TellAfter = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan StuckAfter = TimeSpan.FromSeconds(30);

    public IRunWait? Begin(RunId? target, Guid? batch = null)
    {
        if (RunFlow.Current is not { } run)
        {
            return null;
        }

        var self = run.Order.RunId;
        if (target == self)
        {
            throw new RunCycleException([self, self]);
        }

        if (batch is { } all && run.Order.Batch?.Batch == all)
        {
            throw new RunCycleException([(self, null), (null, all), (self, null)]);
        }

        return run.Place.Begin() ? new Wait(this, run, target is { } other ? other : Awaited.OfBatch(batch!.Value)) : null;
    }

    private ITaskEngine TaskOf(RunId run) => grains.Refer<ITaskEngine>(run.Task);

    [LoggerMessage(151, LogLevel.Debug, "Recording or finding what {Run} waits for failed: {Reason}")]
    private static partial void LogNotTold(ILogger logger, RunId run, string reason);

    private sealed class Wait : IRunWait
    {
        private readonly RunWaits _owner;
        private readonly RunningRun _run;
        private readonly Awaited _target;
        private readonly CancellationTokenSource _ended = new();
        private readonly CancellationTokenSource _hopeless = new();
        private readonly Task _watching;
        private bool _isTold;

        public Wait(RunWaits owner, RunningRun run, Awaited target)
        {
            (_owner, _run, _target) = (owner, run, target);
            Hopeless = _hopeless.Token;
            _watching = WatchAsync();
        }

        public CancellationToken Hopeless { get; }

        public Exception? Failure { get; private set; }

        private RunId Self => _run.Order.RunId;

        public async ValueTask DisposeAsync()
        {
            await _ended.CancelAsync().ConfigureAwait(false);
            await _watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

            // The place on the silo is taken last, as for a run that starts: a run that has it continues, and need not wait for another
            // place.
            if (_isTold)
            {
                await ResumeAsync().ConfigureAwait(false);
            }

            await _run.Place.EndAsync().ConfigureAwait(false);

            _ended.Dispose();
            _hopeless.Dispose();
        }

        private async Task WatchAsync()
        {
            await Task.Delay(TellAfter, _owner.Time, _ended.Token).ConfigureAwait(false);
            var (since, isSaid) = (_owner.Time.GetTimestamp(), false);
            while (Failure is null)
            {
                try
                {
                    isSaid |= await LookAsync(isSaid || _owner.Time.GetElapsedTime(since) < StuckAfter).ConfigureAwait(false);
                }
                catch (Exception e) when (!_ended.IsCancellationRequested)
                {
                    LogNotTold(_owner.Log, Self, ExceptionText.MessageOf(e));
                }

                await Task.Delay(LookEvery, _owner.Time, _ended.Token).ConfigureAwait(false);
            }
        }

        /// <summary>Tells the task what the run waits for, and follows the chain of waits.</summary>
        /// <returns>Whether the run was reported as stuck.</returns>
        private async Task<bool> LookAsync(bool quiet)
        {
            _isTold = true;
            await _owner.TaskOf(Self).AwaitsAsync(Self.Value, _target, begins: true).WaitAsync(Patience, _owner.Time, _ended.Token)
                .ConfigureAwait(false);
            var chain = new WaitChain(Self, _run.Order.Batch?.Batch, run => _owner.FindAsync(run, _ended.Token),
                batch => _owner.FindAsync(batch, _ended.Token));
            var found = await chain.FollowAsync(_target).ConfigureAwait(false);
            if (found.Circle is { } circle)
            {
                Failure = new RunCycleException([.. circle.Select(static n => (n.Run, n.Batch))]);
                await _hopeless.CancelAsync().ConfigureAwait(false);
                return false;
            }

            if (quiet || found.Blocked is not { } blocked)
            {
                return false;
            }

            // The handler may have what it waits for, and this must not delay it.
            var note = $"waits for {blocked.RunId}, which waits for {blocked.WaitingFor}";
            await _owner.TaskOf(Self).StuckAsync(Self.Value, note).WaitAsync(Patience, _owner.Time, _ended.Token).ConfigureAwait(false);
            return true;
        }

        /// <summary>Takes the run's place in its task again, before its handler continues.</summary>
        private async Task ResumeAsync()
        {
            while (!_run.StopToken.IsCancellationRequested)
            {
                try
                {
                    if (await _owner.TaskOf(Self).AwaitsAsync(Self.Value, _target, begins: false).WaitAsync(Patience, _owner.Time)
                        .ConfigureAwait(false))
                    {
                        return;
                    }
                }
                catch (Exception e)
                {
                    LogNotTold(_owner.Log, Self, ExceptionText.MessageOf(e));
                }

                await Task.Delay(TellAfter, _owner.Time).ConfigureAwait(false);
            }
        }
    }

    private TimeProvider Time => time;

    private ILogger Log => log;

    private Task<RunInfo?> FindAsync(RunId run, CancellationToken ct) =>
        grains.Refer<ITaskGrain>(run.Task).GetRunAsync(run).WaitAsync(Patience, time, ct);

    private async Task<BatchWork> FindAsync(Guid batch, CancellationToken ct)
    {
        var tasks = await grains.Refer<IBatchEngine>(batch).PendingTasksAsync().WaitAsync(Patience, time, ct).ConfigureAwait(false);
        return BatchWork.Of(
            await Task.WhenAll(tasks.Select(t => grains.Refer<ITaskEngine>(t).OfBatchAsync(batch))).WaitAsync(Patience, time, ct)
                .ConfigureAwait(false));
    }
}
