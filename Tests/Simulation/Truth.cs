using OrleansTasks.Runs;

namespace OrleansTasks.Simulation;

/// <summary>What handlers really did, and what callers were really told.</summary>
internal sealed class Truth
{
    private readonly List<Attempt> _attempts = [];
    private readonly Dictionary<RunId, Asked> _dispatched = [];
    private readonly HashSet<RunId> _known = [];
    private readonly HashSet<RunId> _open = [];
    private readonly HashSet<RunId> _ended = [];
    private readonly HashSet<RunId> _calledOff = [];
    private readonly HashSet<string> _cancelled = new(StringComparer.Ordinal);

    /// <summary>The attempts that began, in order.</summary>
    public IReadOnlyList<Attempt> Attempts => _attempts;

    /// <summary>Runs that a caller was told are stored, with what was asked for.</summary>
    public IReadOnlyDictionary<RunId, Asked> Dispatched => _dispatched;

    /// <summary>What is to follow runs that callers asked for, acknowledged or not.</summary>
    public Dictionary<RunId, IReadOnlyList<Continuation>> Then { get; } = [];

    /// <summary>The tasks of which it is known that they are registered.</summary>
    public HashSet<string> Registered { get; } = new(StringComparer.Ordinal);

    /// <summary>When a silo was lost last, or stopped: with it went what it had been told and could not store.</summary>
    public DateTimeOffset LastLoss { get; set; }

    /// <summary>When a silo was found dead last, or taken for dead.</summary>
    public DateTimeOffset LastFound { get; set; }

    /// <summary>When the first silo was taken for dead that lived on; null if none was.</summary>
    public DateTimeOffset? FirstUndead { get; set; }

    /// <summary>Whether runs count that are not known yet in <see cref="HasEnded"/>.</summary>
    public bool TakesMore { get; set; } = true;

    /// <summary>Whether none of the runs that count is under way, or still to come.</summary>
    public bool HasEnded => _open.Count == 0;

    /// <summary>When an attempt of a run that counts began or ended last, by the world's time. Runs may end without an attempt, and only the cluster knows that.</summary>
    public DateTimeOffset LastMove { get; private set; }

    /// <summary>Runs whose end a caller was told.</summary>
    public List<TaskResult> Told { get; } = [];

    /// <summary>What callers were answered that no caller should be.</summary>
    public List<string> Surprises { get; } = [];

    /// <summary>Takes that a caller was told that a run is stored.</summary>
    public void Acknowledge(RunId run, Asked asked)
    {
        _dispatched.TryAdd(run, asked);
        Expect(run);
    }

    /// <summary>Has the end of a run be waited for.</summary>
    public void Expect(RunId run)
    {
        if (_known.Add(run) && !_ended.Contains(run))
        {
            _open.Add(run);
        }
    }

    /// <summary>Takes that somebody is about to call a run off: it may end without having begun.</summary>
    public void CallOff(RunId run)
    {
        _calledOff.Add(run);
        _open.Remove(run);
    }

    /// <summary>Takes that somebody is about to cancel a task: its runs may end without having begun.</summary>
    public void Cancel(string task)
    {
        _cancelled.Add(task);
        _open.RemoveWhere(r => r.Task == task);
    }

    /// <summary>The runs of a task that were acknowledged, or have begun.</summary>
    public IReadOnlySet<RunId> Known(string task) => _known.Where(r => r.Task == task).ToHashSet();

    /// <summary>Whether somebody cancelled a task at some time.</summary>
    public bool MayBeCancelled(string task) => _cancelled.Contains(task);

    /// <summary>Whether somebody called a run off, or its task.</summary>
    public bool MayBeCancelled(RunId run) => _calledOff.Contains(run) || MayBeCancelled(run.Task);

    /// <summary>Takes that an attempt begins.</summary>
    public void Begin(Attempt attempt)
    {
        _attempts.Add(attempt);
        if (TakesMore || _known.Contains(attempt.Run))
        {
            _known.Add(attempt.Run);
            _open.Add(attempt.Run);
            LastMove = attempt.BeganAt;
        }
    }

    /// <summary>Takes what an attempt came to, or that it was cut off, because its silo stops.</summary>
    public void End(Attempt attempt, RunStatus status, DateTimeOffset at, bool isCutOff)
    {
        (attempt.Status, attempt.EndedAt) = (status, at);
        if (_open.Contains(attempt.Run))
        {
            LastMove = at;
        }

        if (!isCutOff)
        {
            _ended.Add(attempt.Run);
            _open.Remove(attempt.Run);
        }
        else
        {
            Lose(attempt);
        }
    }

    /// <summary>Takes that an attempt ended with its silo. Another may follow where the run may begin twice; but a run that is only awaited may have been lost with its task's grain.</summary>
    public void Lose(Attempt attempt)
    {
        if (attempt.Guarantee == RunGuarantee.AtMostOnce || attempt.Trigger == RunTrigger.Request)
        {
            _open.Remove(attempt.Run);
        }
    }

    internal sealed class Attempt(RunOrder order, SimSilo silo, DateTimeOffset beganAt)
    {
        public RunId Run => order.RunId;

        /// <summary>The group in which it was given a place; null if its task had none.</summary>
        public string? Group => order.Group;

        /// <summary>The ask by which it was given that place.</summary>
        public PlaceMark Place => order.Place;

        public RunTrigger Trigger => order.Trigger;

        public DateTimeOffset ScheduledAt => order.ScheduledAt;

        public int Number => order.Attempt;

        public RunGuarantee Guarantee => order.Guarantee;

        /// <summary>The silo that makes it.</summary>
        public SimSilo Silo => silo;

        /// <summary>When it began, by the world's time.</summary>
        public DateTimeOffset BeganAt => beganAt;

        /// <summary>When it ended, by the world's time.</summary>
        public DateTimeOffset? EndedAt { get; set; }

        /// <summary>When its silo, which stops, cut it off; its places are free then, and another attempt may begin. Null if it did not.</summary>
        public DateTimeOffset? CutOffAt { get; set; }

        /// <summary>Whether its silo had stood still until just before it began, and may have had the order since long before.</summary>
        public bool IsAfterStandstill { get; init; }

        /// <summary>Whether its silo was taken for dead when it began, or that of the task which had ordered it.</summary>
        public bool IsOfTheDead { get; init; }

        /// <summary>What it came to; null if its silo was lost before, or it is under way.</summary>
        public RunStatus? Status { get; set; }

        /// <summary>Whether it was under way at an instant, on a silo that was not lost and that nobody took for dead.</summary>
        public bool IsUnderWayAt(DateTimeOffset instant) => BeganAt <= instant && !(EndedAt <= instant) && !(CutOffAt <= instant) && !(silo.GoneSince <= instant);
    }

    /// <param name="Guarantee">How often it may begin.</param>
    /// <param name="NotBefore">When it may begin.</param>
    internal sealed record Asked(RunGuarantee Guarantee, DateTimeOffset NotBefore);
}
