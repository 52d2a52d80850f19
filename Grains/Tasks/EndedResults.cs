using Microsoft.Extensions.Logging;
using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Storage;

namespace OrleansTasks.Tasks;

/// <summary>
/// Sends a task's results to the archive, for searches, once they are in its history. The history keeps the last results by number; the
/// archive keeps them by age.
/// </summary>
/// <param name="context">The context that all parts of the task share.</param>
/// <param name="history">The history of results.</param>
internal sealed partial class EndedResults(TaskContext context, TaskHistory history) : TaskPart(context)
{
    // The limits for one message, and for what may wait while the archive does not answer.
    private const int MostAtOnce = 4_000;
    private const long MostWaiting = 16 << 20;
    private readonly Queue<(TaskResult Result, long Size)> _waiting = new();
    private long _bytes;
    private long _last;
    private bool _hasEarlier;

    /// <summary>Gets whether results are not archived yet, or may not be.</summary>
    public bool HasSome => _waiting.Count > 0 || _hasEarlier;

    /// <summary>Gets the last number up to which all results are archived, or do not need to be.</summary>
    public long Through { get; private set; }

    /// <summary>Reads from the first briefing how far earlier activations had come.</summary>
    /// <returns>Whether the history may have results that are not archived, because a silo was lost or stopped in between.</returns>
    public bool Begin(Briefing briefing)
    {
        Through = briefing.Marks.Kept;
        return _hasEarlier = Through < briefing.Sequence;
    }

    /// <summary>Adds a result to those that wait for the archive.</summary>
    public void Add(TaskResult result)
    {
        _last = result.Sequence;
        if (!IsWanted(result))
        {
            return;
        }

        var size = AnswerPage.SizeOf(result);
        _waiting.Enqueue((result, size));
        _bytes += size;
        while (_bytes > MostWaiting && _waiting.Count > 1)
        {
            _bytes -= _waiting.Dequeue().Size;
        }
    }

    /// <summary>
    /// Archives all results. On a permanent failure they stay in the history alone: later searches must not hold up a run.
    /// </summary>
    public async Task SendAsync()
    {
        try
        {
            await SendAllAsync();
        }
        catch (Exception e) when (StorageErrors.IsPermanent(e))
        {
            LogNotKept(Silo.Log, Known.Name, _waiting.Count, e.Message);
            _waiting.Clear();
            (_bytes, _hasEarlier) = (0, false);
            Through = Math.Max(Through, Math.Min(_last, history.StoredThrough));
        }
    }

    private async Task SendAllAsync()
    {
        await SendEarlierAsync();
        while (!_hasEarlier && _waiting.TryPeek(out var first) && IsStored(first.Result))
        {
            var some = AnswerPage.Of(_waiting.TakeWhile(w => IsStored(w.Result)), static w => w.Size, MostAtOnce);
            var through = some[^1].Result.Sequence;
            await KeepAsync([.. some.Select(static w => w.Result)], some.Sum(static w => w.Size));

            // Results may have been added, and the first ones dropped, during the call.
            while (_waiting.TryPeek(out var next) && next.Result.Sequence <= through)
            {
                _bytes -= _waiting.Dequeue().Size;
            }

            Through = Math.Max(Through, through);
        }

        if (!HasSome)
        {
            Through = Math.Max(Through, Math.Min(_last, history.StoredThrough));
        }
    }

    /// <summary>
    /// Archives the results that earlier activations wrote into the history and possibly did not archive. Those that follow a number that
    /// is not sealed yet have to wait: a later flush seals it.
    /// </summary>
    private async Task SendEarlierAsync()
    {
        if (!_hasEarlier)
        {
            return;
        }

        await history.LoadAsync();
        var first = _waiting.TryPeek(out var next) ? next.Result.Sequence : long.MaxValue;
        var earlier = history.After(Through).TakeWhile(r => r.Sequence < first).ToList();
        var stored = earlier.TakeWhile(IsStored).ToList();
        foreach (var some in AnswerPage.Divide(stored.Where(IsWanted), AnswerPage.SizeOf, MostAtOnce))
        {
            await KeepAsync(some, some.Sum(AnswerPage.SizeOf));
            Through = Math.Max(Through, some[^1].Sequence);
        }

        _hasEarlier = stored.Count < earlier.Count;
    }

    /// <summary>Archives a result from the history that may not be archived because its silo was lost in between.</summary>
    public async Task SendAgainAsync(TaskResult result)
    {
        try
        {
            await SendEarlierAsync();
            if (IsWanted(result))
            {
                await KeepAsync([result], AnswerPage.SizeOf(result));
            }
        }
        catch (Exception e) when (StorageErrors.IsPermanent(e))
        {
            LogNotKept(Silo.Log, Known.Name, 1, e.Message);
        }
    }

    // Once a number is reported as archived, every earlier number is in the history or permanently void. A late write by a former owner
    // changes none of them.
    private bool IsStored(TaskResult result) => result.Sequence <= history.StoredThrough;

    private bool IsWanted(TaskResult result) => Rules(result.Status) is { Age: var age, MaxRuns: > 0 } && age > TimeSpan.Zero;

    private Task KeepAsync(IReadOnlyList<TaskResult> results, long size) => Silo.Archive.KeepAsync(new RunsToKeep
    {
        Task = Known.Name,
        Handler = Known.Entry?.Handler,
        Group = Known.Options.Group,
        Tags = Known.Options.Tags,
        Succeeded = Rules(RunStatus.Succeeded),
        Other = Rules(RunStatus.Failed),
        Results = results,
        Size = size,
    });

    /// <summary>
    /// Returns the retention of a run: its task's, or else the silo's. No run is kept longer than its task keeps results.
    /// </summary>
    private RunRetention Rules(RunStatus status)
    {
        var rules = status == RunStatus.Succeeded
            ? Known.Options.KeepSucceeded ?? Silo.Options.KeepSucceeded
            : Known.Options.KeepOther ?? Silo.Options.KeepOther;
        return Known.Options.HistoryAge is { } age && age < rules.Age ? rules with { Age = age } : rules;
    }

    [LoggerMessage(913, LogLevel.Error,
        "Keeping {Count} ended runs of the task {Task} for searches failed; the last ones are in its history: {Reason}")]
    private static partial void LogNotKept(ILogger logger, string task, int count, string reason);
}
