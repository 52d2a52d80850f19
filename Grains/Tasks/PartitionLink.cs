using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Clocks;
using OrleansTasks.Collections;
using OrleansTasks.Records;

namespace OrleansTasks.Tasks;

/// <summary>
/// The link of a task's grain to its partition: asks it what there is to know, names the attachment in each call, attaches anew when that is out of date, and doubts what it
/// has when an answer may have been lost.
/// </summary>
internal sealed class PartitionLink
{
    // A call that is sent to a silo the moment it is found dead may never be answered, nor be said to have failed. What is asked of a
    // partition may be asked again.
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private readonly KnownTask _task;
    private readonly GrainTurns _turns;
    private readonly SiloAddress _silo;
    private readonly GrainClock _clock;
    private readonly TimeProvider _pauses;
    private readonly IBriefed _grain;
    private long _epoch;
    private long _term;
    private long _briefing;
    private long _questions;
    private Guid _met;
    private Task? _attaching;
    private Task? _attachingNext;
    private Task<Briefing>? _asking;
    private bool _hasAsked;
    private LazySet<Task> _unanswered;
    private DateTimeOffset _askedAt;

    // How often there was doubt; up to which of them briefings have settled; and which had come when it was asked last.
    private long _doubts;
    private long _settledDoubts;
    private long _doubtsWhenAsked;
    private long _changesWhenAsked;

    /// <param name="task">Is told what the partition says of the task.</param>
    /// <param name="turns">The grain's turns.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="silo">The silo that the grain is on.</param>
    /// <param name="clock">Measures how old answers may be.</param>
    /// <param name="pauses">The clock of waits for answers.</param>
    /// <param name="grain">Is told what else the partition says.</param>
    public PartitionLink(KnownTask task, GrainTurns turns, IPartition partition, SiloAddress silo, GrainClock clock, TimeProvider pauses, IBriefed grain)
    {
        (_task, _turns, Partition, _silo, _clock, _pauses, _grain) = (task, turns, partition, silo, clock, pauses, grain);
    }

    /// <summary>The partition, for questions that need no attachment.</summary>
    public IPartition Partition { get; }

    /// <summary>Names the activation.</summary>
    public Guid Activation { get; } = Guid.NewGuid();

    /// <summary>Counts the activations that have owned the task, this one included; 0 before it was briefed.</summary>
    public long Term => _term;

    /// <summary>Whether it was briefed at all.</summary>
    public bool IsAttached => _epoch != 0;

    /// <summary>Counts the briefings that were taken.</summary>
    public long Answers { get; private set; }

    /// <summary>Whether the first briefing was acted upon: runs that were under way are known since then.</summary>
    public bool IsBriefed { get; private set; }

    /// <summary>Whether the partition has more runs to hand over than it did.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Whether something that the partition has said may have been lost: the next briefing that is asked for says it again.</summary>
    public bool IsInDoubt => _doubts != _settledDoubts;

    /// <summary>Whether a question is under way.</summary>
    public bool IsAsking => _attaching is { IsCompleted: false };

    /// <summary>Whether the partition was ever asked, and so may take the activation for attached.</summary>
    public bool HasAsked => _hasAsked;

    /// <summary>How long ago the last question was asked: its answer is at most as old.</summary>
    public TimeSpan SinceAsked => _clock.Steady - _askedAt;

    /// <summary>The questions that are under way: the last one, and those before it that were not waited for any longer.</summary>
    public Task Unanswered => Task.WhenAll(_unanswered);

    /// <summary>
    /// Whether everything is known that a call needs. That there is no such task, or that it was cancelled, is asked anew: it may have been registered while its silo stood still.
    /// </summary>
    public bool IsReady => IsBriefed && _task.Entry is { State: not TaskState.Cancelled };

    /// <summary>Asks the partition what there is to know. Calls that come together share one question.</summary>
    public Task AttachAsync()
    {
        // A question under way may have been answered before what this caller wants to know had happened: all who come meanwhile share the next one.
        return IsAsking ? _attachingNext ??= AfterAsync(_attaching!) : _attaching = AskAsync();

        async Task AfterAsync(Task before)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            (_attaching, _attachingNext) = (_attachingNext, null);
            await AskAsync();
        }
    }

    /// <summary>Does not rely on what the partition has said: the next briefing says it again.</summary>
    public void Doubt()
    {
        _doubts++;
        _grain.OnDoubt();
    }

    /// <summary>Calls the partition with this attachment; attaches anew when it is out of date.</summary>
    public Task<T> CallAsync<T>(Func<IPartition, long, Task<T>> call) => AttachedAsync(epoch => call(Partition, epoch).WaitAsync(Patience, _pauses));

    public Task CallAsync(Func<IPartition, long, Task> call) => CallAsync(async (p, epoch) =>
    {
        await call(p, epoch);
        return true;
    });

    /// <summary>The same for a call that does not take longer than the partition may.</summary>
    public async Task<T> AttachedAsync<T>(Func<long, Task<T>> call)
    {
        if (!IsAttached)
        {
            await AttachAsync();
        }

        for (var isAgain = false; ; isAgain = true)
        {
            try
            {
                return await call(_epoch);
            }
            catch (StaleTaskException) when (!isAgain)
            {
                await AttachAsync();
            }
            catch (StaleTaskException)
            {
                // Another activation and this one take turns: whoever calls asks again.
                throw _turns.Moved();
            }
            catch (Exception e) when (ClusterCalls.IsTransient(e))
            {
                // The partition may have handed something over that did not arrive: the next briefing has it again.
                Doubt();
                throw;
            }
        }
    }

    /// <summary>A run that the partition has; null if it has none.</summary>
    public Task<StoredRun?> FindRunAsync(RunId run) => _turns.UnlessLeaving(Partition.FindRunAsync(run));

    /// <summary>Whether the partition has a run.</summary>
    public async Task<bool> HasAsync(RunId run) => (await Partition.FindRunAsync(run).WaitAsync(Patience, _pauses))?.RunId == run;

    /// <summary>The answer that the partition knows a request to have got; null if it knows none.</summary>
    public async Task<bool?> FindRequestAsync(Guid request) =>
        request == Guid.Empty ? null : await _turns.UnlessLeaving(Partition.FindRequestAsync(request).WaitAsync(Patience, _pauses));

    /// <summary>Makes sure that this activation still owns the task.</summary>
    public Task ConfirmOwnerAsync() => CallAsync((p, epoch) => p.ReserveAsync(_task.Name, epoch, 0));

    /// <summary>Takes an answer that was not waited for: the partition takes this activation for attached all the same.</summary>
    /// <returns>What it said; null if there is no such answer.</returns>
    public async Task<Briefing?> TakeLateBriefingAsync()
    {
        if (_asking is null || await _asking is not { } briefing || (briefing.Number == _briefing && briefing.Epoch == _epoch))
        {
            return null;
        }

        Take(briefing);
        return briefing;
    }

    private async Task AskAsync()
    {
        if (_turns.IsLeaving)
        {
            throw _turns.Moved();
        }

        var attachment = new Attachment { Activation = Activation, Question = ++_questions, Met = _met, Silo = _silo, Term = _term, Briefing = IsInDoubt ? 0 : _briefing, Epoch = _epoch, LetGo = _grain.LetGo, IsStopping = _grain.IsStopping };
        using var gone = _grain.OnAsking();
        (_askedAt, _doubtsWhenAsked, _changesWhenAsked, _hasAsked) = (_clock.Steady, _doubts, _task.Changes, true);
        Briefing briefing;
        Task<Briefing>? asking = null;
        try
        {
            _asking = asking = QuestionAsync(attachment);
            _unanswered.RemoveWhere(static q => q.IsCompleted);
            _unanswered.Add(asking);
            briefing = await _turns.UnlessLeaving(asking.WaitAsync(Patience, _pauses));
        }
        catch (ReplacedTaskException)
        {
            _grain.OnReplaced();
            throw _turns.Moved();
        }
        catch (Exception e) when (e is StaleTaskException or UnmetPartitionException)
        {
            // A later question has come before this one, and was answered; or the partition has moved once more.
            Doubt();
            throw _turns.Moved();
        }
        catch
        {
            // The partition may have answered all the same, and rely on what it said.
            Doubt();
            throw;
        }

        var (before, wasStarted, isFirst) = (_task.Entry, _task.IsStarted, !IsAttached);
        Take(briefing);
        var isChanged = isFirst || wasStarted != _task.IsStarted || before?.Revision != _task.Entry?.Revision || before?.Calendars.Revision != _task.Entry?.Calendars.Revision;
        await _grain.OnBriefedAsync(briefing, gone, isFirst, isChanged, isStopped: wasStarted && !_task.IsStarted);
        IsBriefed = true;

        // What was answered is not kept for as long as the task is in memory.
        _attaching = Task.CompletedTask;
        _asking = _asking == asking ? null : _asking;
        _unanswered.Remove(asking);
    }

    /// <summary>Asks; once more if the partition wants to know that the question is not an old one, and no later one was asked meanwhile.</summary>
    private async Task<Briefing> QuestionAsync(Attachment attachment)
    {
        try
        {
            return await Partition.AttachAsync(_task.Name, attachment);
        }
        catch (UnmetPartitionException e) when (attachment.Question == _questions && !_turns.IsLeaving)
        {
            _met = e.Partition;
            return await Partition.AttachAsync(_task.Name, attachment with { Met = e.Partition });
        }
    }

    private void Take(Briefing briefing)
    {
        var isFirst = !IsAttached;
        var isOlder = _task.Changes != _changesWhenAsked;
        _task.Learn(briefing, isOlder);
        Answers++;
        (_epoch, _term, _briefing, HasMore, _settledDoubts) = (briefing.Epoch, briefing.Term, briefing.Number, briefing.HasMore, _doubtsWhenAsked);
        _grain.OnBriefing(briefing, isFirst);
        if (isOlder)
        {
            // The task was cancelled, paused or resumed while it was on its way. The next one says what holds.
            Doubt();
        }
    }
}
