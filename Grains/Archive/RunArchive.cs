using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Running;

namespace OrleansTasks.Archive;

/// <summary>
/// Sends ended runs of this silo's tasks to the archives of their partitions. When there are few, they are sent at once. Runs that arrive
/// while a call is in progress share the next call, so that the number of calls to and writes of an archive hardly depends on how many
/// tasks have results.
/// </summary>
internal sealed partial class RunArchive : IRunArchive
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetryPatience = TimeSpan.FromSeconds(2);
    private readonly ILogger<RunArchive> _log;
    private readonly IGrainFactory _grains;
    private readonly TimeProvider _pauses;
    private readonly Lane[] _lanes;

    public RunArchive(IGrainFactory grains, Background background, IOptions<TasksOptions> options,
        [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses, ILogger<RunArchive> log)
    {
        (_grains, _pauses, _log) = (grains, pauses, log);
        _lanes = [.. Enumerable.Range(0, options.Value.Partitions).Select(p => new Lane(grains, p, background, pauses))];
    }

    public Task KeepAsync(RunsToKeep runs) => _lanes[PartitionOf(runs.Task)].KeepAsync(runs);

    public Task<TaskResult?> FindAsync(RunId run) =>
        _grains.Refer<IRunArchiveGrain>(PartitionOf(run.Task)).FindAsync(run).WaitAsync(Patience, _pauses);

    public Task<RunId?> FindRetryAsync(RunId run) => AskAsync(run, static (g, run) => g.FindRetryAsync(run), null);

    public Task<IReadOnlyList<RunMark>> FindMarksAsync(RunId run) => AskAsync(run, static (g, run) => g.FindMarksAsync(run), []);

    private async Task<T> AskAsync<T>(RunId run, Func<IRunArchiveGrain, RunId, Task<T>> ask, T otherwise)
    {
        try
        {
            return await ask(_grains.Refer<IRunArchiveGrain>(PartitionOf(run.Task)), run).WaitAsync(RetryPatience, _pauses);
        }
        catch (Exception e)
        {
            // A run is shown without its retry or marks rather than not at all.
            LogNotFound(_log, run, e.Message);
            return otherwise;
        }
    }

    private int PartitionOf(string task) => PartitionMap.PartitionOf(task, _lanes.Length);

    [LoggerMessage(915, LogLevel.Debug, "Finding the retry and the marks of run {Run} failed, and answers do not show them: {Reason}")]
    private static partial void LogNotFound(ILogger logger, RunId run, string reason);

    /// <summary>Sends runs to one archive.</summary>
    private sealed class Lane(IGrainFactory grains, int partition, Background background, TimeProvider pauses)
    {
        private const int MostTasks = 1_000;
        private readonly Queue<(RunsToKeep Runs, TaskCompletionSource Reply)> _waiting = new();
        private bool _isSending;

        public Task KeepAsync(RunsToKeep runs)
        {
            var reply = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            lock (_waiting)
            {
                _waiting.Enqueue((runs, reply));
                if (_isSending)
                {
                    return reply.Task;
                }

                _isSending = true;
            }

            background.RunAsync(SendAllAsync).Ignore();
            return reply.Task;
        }

        private async Task SendAllAsync()
        {
            while (Take() is { Length: > 0 } batch)
            {
                await SendAsync(batch);
            }
        }

        private (RunsToKeep Runs, TaskCompletionSource Reply)[] Take()
        {
            lock (_waiting)
            {
                var (batch, bytes) = (new List<(RunsToKeep Runs, TaskCompletionSource)>(), 0L);
                while (batch.Count < MostTasks && bytes < AnswerPage.MaxBytes && _waiting.TryDequeue(out var next))
                {
                    batch.Add(next);
                    bytes += next.Runs.Size;
                }

                _isSending = batch.Count > 0;
                return [.. batch];
            }
        }

        private async Task SendAsync((RunsToKeep Runs, TaskCompletionSource Reply)[] batch)
        {
            try
            {
                await grains.Refer<IRunArchiveEngine>(partition).KeepAsync(Array.ConvertAll(batch, static b => b.Runs))
                    .WaitAsync(Patience, pauses);
                Array.ForEach(batch, static b => b.Reply.SetResult());
            }
            catch (Exception e)
            {
                foreach (var (_, reply) in batch)
                {
                    reply.TrySetException(e);
                }
            }
        }
    }
}
