using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
using OrleansTasks.Clocks;
using OrleansTasks.Collections;
using OrleansTasks.Records;

namespace OrleansTasks.Tasks;

/// <summary>
/// Links a task's grain to its partition. It asks for briefings, passes the attachment with each call, attaches again when the attachment
/// is out of date, and doubts what it knows when an answer may have been lost.
/// </summary>
internal sealed class PartitionLink
{
    // A call that is sent to a silo at the moment when it is found dead may never be answered, and may not even be reported as failed.
    // Questions to a partition may be repeated.
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

    // The number of doubts so far, the number that briefings have settled, and the number at the time of the last question.
    private long _doubts;
    private long _settledDoubts;
    private long _doubtsWhenAsked;
    private long _changesWhenAsked;

    /// <param name="task">Receives what the partition says about the task.</param>
    /// <param name="turns">The grain's turns.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="silo">The grain's silo.</param>
    /// <param name="clock">Measures the age of answers.</param>
    /// <param name="pauses">The clock for waits.</param>
    /// <param name="grain">Receives what else the partition says.</param>
    public PartitionLink(KnownTask task, GrainTurns turns, IPartition partition, SiloAddress silo, GrainClock clock, TimeProvider pauses,
        IBriefed grain)
    {
        (_task, _turns, Partition, _silo, _clock, _pauses, _grain) = (task, turns, partition, silo, clock, pauses, grain);
    }

    /// <summary>Gets the partition, for questions that need no attachment.</summary>
    public IPartition Partition { get; }

    /// <summary>Gets the id of the activation.</summary>
    public Guid Activation { get; } = Guid.NewGuid();

    /// <summary>Gets the number of activations that have owned the task, including this one; 0 before the first briefing.</summary>
    public long Term => _term;

    /// <summary>Gets whether there was a briefing.</summary>
    public bool IsAttached => _epoch != 0;

    /// <summary>Gets the number of briefings that were applied.</summary>
    public long Answers { get; private set; }

    /// <summary>Gets whether the first briefing was processed. From then on, runs that were in progress are known.</summary>
    public bool IsBriefed { get; private set; }

    /// <summary>Gets whether the partition has more runs to hand over than it has handed over.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Gets whether something that the partition said may have been lost. The next briefing repeats it.</summary>
    public bool IsInDoubt => _doubts != _settledDoubts;

    /// <summary>Gets whether a question is in progress.</summary>
    public bool IsAsking => _attaching is { IsCompleted: false };

    /// <summary>Gets whether the partition was ever asked, and so may consider the activation attached.</summary>
    public bool HasAsked => _hasAsked;

    /// <summary>Gets the time since the last question was asked. The answer is not older than that.</summary>
    public TimeSpan SinceAsked => _clock.Steady - _askedAt;

    /// <summary>Gets the questions in progress: the last one, and earlier ones for which nobody waits any longer.</summary>
    public Task Unanswered => Task.WhenAll(_unanswered);

    /// <summary>
    /// Gets whether everything that a call needs is known. If the task does not exist or was cancelled, the partition is asked again: the
    /// task may have been registered while this silo was frozen.
    /// </summary>
    public bool IsReady => IsBriefed && _task.Entry is { State: not TaskState.Cancelled };

    /// <summary>Asks the partition for a briefing. Concurrent calls share one question.</summary>
    public Task AttachAsync()
    {
        // A question in progress may have been answered before the change that this caller wants to see. All callers that arrive meanwhile
        // share the next question.
        return IsAsking ? _attachingNext ??= AfterAsync(_attaching!) : _attaching = AskAsync();

        async Task AfterAsync(Task before)
        {
            await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            (_attaching, _attachingNext) = (_attachingNext, null);
            await AskAsync();
        }
    }

    /// <summary>Stops relying on what the partition has said. The next briefing repeats it.</summary>
    public void Doubt()
    {
        _doubts++;
        _grain.OnDoubt();
    }

    /// <summary>Calls the partition with this attachment, and attaches again when it is out of date.</summary>
    public Task<T> CallAsync<T>(Func<IPartition, long, Task<T>> call) =>
        AttachedAsync(epoch => call(Partition, epoch).WaitAsync(Patience, _pauses));

    public Task CallAsync(Func<IPartition, long, Task> call) => CallAsync(async (p, epoch) =>
    {
        await call(p, epoch);
        return true;
    });

    /// <summary>Makes an attached call that takes no longer than the partition may.</summary>
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
                // Another activation and this one take turns. The caller has to ask again.
                throw _turns.Moved();
            }
            catch (Exception e) when (ClusterCalls.IsTransient(e))
            {
                // The partition may have handed over something that did not arrive. The next briefing repeats it.
                Doubt();
                throw;
            }
        }
    }

    /// <summary>Returns a run that the partition has; null if it does not have it.</summary>
    public Task<StoredRun?> FindRunAsync(RunId run) => _turns.UnlessLeaving(Partition.FindRunAsync(run));

    /// <summary>Returns whether the partition has a run.</summary>
    public async Task<bool> HasAsync(RunId run) => (await Partition.FindRunAsync(run).WaitAsync(Patience, _pauses))?.RunId == run;

    /// <summary>Returns the answer to an earlier request that the partition remembers; null if it remembers none.</summary>
    public async Task<bool?> FindRequestAsync(Guid request) =>
        request == Guid.Empty ? null : await _turns.UnlessLeaving(Partition.FindRequestAsync(request).WaitAsync(Patience, _pauses));

    /// <summary>Makes sure that this activation still owns the task.</summary>
    public Task ConfirmOwnerAsync() => CallAsync((p, epoch) => p.ReserveAsync(_task.Name, epoch, 0));

    /// <summary>Takes an answer for which nobody waited. The partition considers this activation attached nevertheless.</summary>
    /// <returns>The answer; null if there is none.</returns>
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

        var attachment = new Attachment
        {
            Activation = Activation,
            Question = ++_questions,
            Met = _met,
            Silo = _silo,
            Term = _term,
            Briefing = IsInDoubt ? 0 : _briefing,
            Epoch = _epoch,
            LetGo = _grain.LetGo,
            IsStopping = _grain.IsStopping
        };
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
            // A later question has reached the partition before this one and was answered, or the partition has moved once more.
            Doubt();
            throw _turns.Moved();
        }
        catch
        {
            // The partition may have answered nevertheless, and rely on its answer.
            Doubt();
            throw;
        }

        var (before, wasStarted, isFirst) = (_task.Entry, _task.IsStarted, !IsAttached);
        Take(briefing);
        var isChanged = isFirst || wasStarted != _task.IsStarted || before?.Revision != _task.Entry?.Revision
            || before?.Calendars.Revision != _task.Entry?.Calendars.Revision;
        await _grain.OnBriefedAsync(briefing, gone, isFirst, isChanged, isStopped: wasStarted && !_task.IsStarted);
        IsBriefed = true;

        // The answer must not stay in memory for as long as the task does.
        _attaching = Task.CompletedTask;
        _asking = _asking == asking ? null : _asking;
        _unanswered.Remove(asking);
    }

    /// <summary>
    /// Asks the partition. Asks once more if the partition needs proof that the question is not an old one, and no later question was asked
    /// meanwhile.
    /// </summary>
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
        (_epoch, _term, _briefing, HasMore, _settledDoubts) = (briefing.Epoch, briefing.Term, briefing.Number, briefing.HasMore,
            _doubtsWhenAsked);
        _grain.OnBriefing(briefing, isFirst);
        if (isOlder)
        {
            // The task was cancelled, paused or resumed while the answer was on its way. The next briefing has the present state.
            Doubt();
        }
    }
}
