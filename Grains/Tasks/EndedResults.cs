using Microsoft.Extensions.Logging;
using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Storage;

namespace OrleansTasks.Tasks;

/// <summary>Has a task's results kept for searches, once they are in its history: the history has the last ones, the archive those of a time.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="history">The results.</param>
internal sealed partial class EndedResults(TaskContext context, TaskHistory history) : TaskPart(context)
{
    // What one message takes, and what may wait for an archive that does not answer.
    private const int MostAtOnce = 1_000;
    private const long MostWaiting = 16 << 20;
    private readonly Queue<TaskResult> _waiting = new();
    private long _bytes;
    private long _last;
    private bool _hasEarlier;

    /// <summary>Whether there are some that are not kept yet, or may be.</summary>
    public bool HasSome => _waiting.Count > 0 || _hasEarlier;

    /// <summary>The last number up to which all results are kept, or are not to be.</summary>
    public long Through { get; private set; }

    /// <summary>Takes, from the first briefing, how far earlier activations had come.</summary>
    /// <returns>Whether the history may have results that are kept nowhere else: a silo was lost, or stopped, in between.</returns>
    public bool Begin(Briefing briefing)
    {
        Through = briefing.Marks.Kept;
        return _hasEarlier = Through < briefing.Sequence;
    }

    /// <summary>Takes a result.</summary>
    public void Add(TaskResult result)
    {
        _last = result.Sequence;
        if (!IsWanted(result))
        {
            return;
        }

        _waiting.Enqueue(result);
        _bytes += AnswerPage.SizeOf(result);
        while (_bytes > MostWaiting && _waiting.Count > 1)
        {
            _bytes -= AnswerPage.SizeOf(_waiting.Dequeue());
        }
    }

    /// <summary>Has all of them kept. Where they never can be, they are in the history alone: a run is not held up by what is found of it later.</summary>
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
        while (_waiting.TryPeek(out var first) && IsStored(first))
        {
            var some = AnswerPage.Of(_waiting.TakeWhile(IsStored), AnswerPage.SizeOf, MostAtOnce);
            await KeepAsync(some);

            // More may have come, and the first may have gone, meanwhile.
            while (_waiting.TryPeek(out var next) && next.Sequence <= some[^1].Sequence)
            {
                _bytes -= AnswerPage.SizeOf(_waiting.Dequeue());
            }

            Through = Math.Max(Through, some[^1].Sequence);
        }

        if (_waiting.Count == 0)
        {
            Through = Math.Max(Through, Math.Min(_last, history.StoredThrough));
        }
    }

    /// <summary>Has those kept that earlier activations had written into the history, and of which it is not known that they are kept.</summary>
    private async Task SendEarlierAsync()
    {
        if (!_hasEarlier)
        {
            return;
        }

        await history.LoadAsync();
        var first = _waiting.TryPeek(out var next) ? next.Sequence : long.MaxValue;
        var missed = history.After(Through).TakeWhile(r => r.Sequence < first && IsStored(r)).Where(IsWanted).ToList();
        foreach (var some in AnswerPage.Divide(missed, AnswerPage.SizeOf, MostAtOnce))
        {
            await KeepAsync(some);
            Through = Math.Max(Through, some[^1].Sequence);
        }

        _hasEarlier = false;
    }

    /// <summary>Has a result kept that is in the history, and may be nowhere else: its silo was lost in between.</summary>
    public async Task SendAgainAsync(TaskResult result)
    {
        try
        {
            await SendEarlierAsync();
            if (IsWanted(result))
            {
                await KeepAsync([result]);
            }
        }
        catch (Exception e) when (StorageErrors.IsPermanent(e))
        {
            LogNotKept(Silo.Log, Known.Name, 1, e.Message);
        }
    }

    // A number that is told as kept has those before it in the history, or void there for ever: what a former owner writes late is none of them.
    private bool IsStored(TaskResult result) => result.Sequence <= history.StoredThrough;

    private bool IsWanted(TaskResult result) => Rules(result.Status) is { Age: var age, MaxRuns: > 0 } && age > TimeSpan.Zero;

    private Task KeepAsync(IReadOnlyList<TaskResult> results) => Silo.Archive.KeepAsync(new RunsToKeep
    {
        Task = Known.Name,
        Handler = Known.Entry?.Handler,
        Group = Known.Options.Group,
        Tags = Known.Options.Tags,
        Succeeded = Rules(RunStatus.Succeeded),
        Other = Rules(RunStatus.Failed),
        Results = results,
    });

    /// <summary>What holds for a run: what its task says, or the silo; and no run is kept longer than its task keeps results.</summary>
    private RunRetention Rules(RunStatus status)
    {
        var rules = status == RunStatus.Succeeded ? Known.Options.KeepSucceeded ?? Silo.Options.KeepSucceeded : Known.Options.KeepOther ?? Silo.Options.KeepOther;
        return Known.Options.HistoryAge is { } age && age < rules.Age ? rules with { Age = age } : rules;
    }

    [LoggerMessage(913, LogLevel.Error,
        "Keeping {Count} ended runs of the task {Task} for searches failed; the last ones are in its history: {Reason}")]
    private static partial void LogNotKept(ILogger logger, string task, int count, string reason);
}
