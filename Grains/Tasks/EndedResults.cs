using OrleansTasks.Calls;
using OrleansTasks.Grains;

namespace OrleansTasks.Tasks;

/// <summary>Has a task's results kept for searches, once they are in its history: the history has the last ones, the archive those of a time.</summary>
/// <param name="context">What all parts of the task share.</param>
/// <param name="history">The results.</param>
internal sealed class EndedResults(TaskContext context, TaskHistory history) : TaskPart(context)
{
    // What one message takes, and what may wait for an archive that does not answer.
    private const int MostAtOnce = 1_000;
    private const long MostWaiting = 16 << 20;
    private readonly Queue<TaskResult> _waiting = new();
    private long _bytes;
    private bool _mustAsk;

    /// <summary>Whether there are some that are not kept yet, or may be.</summary>
    public bool HasSome => _waiting.Count > 0 || _mustAsk;

    /// <summary>The last number up to which all results are kept, or are not to be.</summary>
    public long Through { get; private set; }

    /// <summary>Takes, from the first briefing, how far earlier activations had come.</summary>
    /// <returns>Whether the history may have results that are kept nowhere else: a silo was lost, or stopped, in between.</returns>
    public bool Begin(Briefing briefing)
    {
        Through = briefing.Marks.Kept;
        return _mustAsk = Through < briefing.Sequence;
    }

    /// <summary>Takes a result.</summary>
    public void Add(TaskResult result)
    {
        if (!IsWanted(result))
        {
            Through = HasSome ? Through : result.Sequence;
            return;
        }

        _waiting.Enqueue(result);
        _bytes += AnswerPage.SizeOf(result);
        while (_bytes > MostWaiting && _waiting.Count > 1)
        {
            _bytes -= AnswerPage.SizeOf(_waiting.Dequeue());
        }
    }

    /// <summary>Has all of them kept.</summary>
    public async Task SendAsync()
    {
        if (_mustAsk)
        {
            await SendEarlierAsync();
        }

        while (_waiting.Count > 0)
        {
            var some = AnswerPage.Of(_waiting, AnswerPage.SizeOf, MostAtOnce);
            await KeepAsync(some);

            // More may have come, and the first may have gone, meanwhile.
            while (_waiting.TryPeek(out var next) && next.Sequence <= some[^1].Sequence)
            {
                _bytes -= AnswerPage.SizeOf(_waiting.Dequeue());
            }

            Through = Math.Max(Through, some[^1].Sequence);
        }
    }

    /// <summary>Has those kept that an earlier activation had written into the history, before any of this one: the archive says up to which it has all.</summary>
    private async Task SendEarlierAsync()
    {
        await history.LoadAsync();
        var first = _waiting.TryPeek(out var next) ? next.Sequence : long.MaxValue;
        var after = await KeepAsync([]);
        var missed = history.After(after).TakeWhile(r => r.Sequence < first).Where(IsWanted).ToList();
        foreach (var some in AnswerPage.Divide(missed, AnswerPage.SizeOf, MostAtOnce))
        {
            await KeepAsync(some);
            Through = Math.Max(Through, some[^1].Sequence);
        }

        _mustAsk = false;
    }

    /// <summary>Has a result kept that is in the history, and may be nowhere else: its silo was lost in between.</summary>
    public async Task SendAgainAsync(TaskResult result)
    {
        if (_mustAsk)
        {
            await SendEarlierAsync();
        }

        if (IsWanted(result))
        {
            await KeepAsync([result]);
        }
    }

    private bool IsWanted(TaskResult result) => Rules(result.Status) is { Age: var age, MaxRuns: > 0 } && age > TimeSpan.Zero;

    private Task<long> KeepAsync(IReadOnlyList<TaskResult> results) => Silo.Archive.KeepAsync(new RunsToKeep
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
}
