using OrleansTasks.Runs;

namespace OrleansTasks.Simulation;

/// <summary>Records what handlers really did, and what callers were really told.</summary>
internal sealed class Truth
{
    private readonly List<Attempt> _attempts = [];
    private readonly Dictionary<RunId, Asked> _dispatched = [];
    private readonly HashSet<RunId> _known = [];
    private readonly HashSet<RunId> _open = [];
    private readonly HashSet<RunId> _ended = [];
    private readonly HashSet<RunId> _calledOff = [];
    private readonly HashSet<string> _cancelled = new(StringComparer.Ordinal);

    /// <summary>Gets the attempts that began, in order.</summary>
    public IReadOnlyList<Attempt> Attempts => _attempts;

    /// <summary>Gets the runs whose storage was acknowledged, with their requests.</summary>
    public IReadOnlyDictionary<RunId, Asked> Dispatched => _dispatched;

    /// <summary>Gets the continuations of requested runs, whether acknowledged or not.</summary>
    public Dictionary<RunId, IReadOnlyList<Continuation>> Then { get; } = [];

    /// <summary>Gets the tasks whose registration was acknowledged.</summary>
    public HashSet<string> Registered { get; } = new(StringComparer.Ordinal);

    /// <summary>Gets or sets when a silo was last lost or stopped. It may have known outcomes that it could not store.</summary>
    public DateTimeOffset LastLoss { get; set; }

    /// <summary>Gets or sets when a silo was last declared dead, rightly or not.</summary>
    public DateTimeOffset LastFound { get; set; }

    /// <summary>Gets or sets when a silo that was alive was first declared dead; null if that never happened.</summary>
    public DateTimeOffset? FirstUndead { get; set; }

    /// <summary>Gets or sets whether handlers save how far they are.</summary>
    public bool HasCheckpoints { get; set; }

    /// <summary>Gets or sets whether runs that become known from now on count in <see cref="HasEnded"/>.</summary>
    public bool TakesMore { get; set; } = true;

    /// <summary>Gets whether all runs that count have ended.</summary>
    public bool HasEnded => _open.Count == 0;

    /// <summary>
    /// Gets when an attempt of a run that counts last began or ended, by the world's time. A run may also end without an attempt, and its
    /// silo may be lost before it publishes the result.
    /// </summary>
    public DateTimeOffset LastMove { get; private set; }

    /// <summary>Gets the results that callers received.</summary>
    public List<TaskResult> Told { get; } = [];

    /// <summary>Gets the answers that no caller should have received.</summary>
    public List<string> Surprises { get; } = [];

    /// <summary>Records that a caller was told that a run is stored.</summary>
    public void Acknowledge(RunId run, Asked asked)
    {
        _dispatched.TryAdd(run, asked);
        Expect(run);
    }

    /// <summary>Records that a silo publishes the result of a run. The run may have ended without an attempt.</summary>
    public void Publish(RunId run)
    {
        _ended.Add(run);
        _open.Remove(run);
    }

    /// <summary>Adds a run whose end counts.</summary>
    public void Expect(RunId run)
    {
        if (_known.Add(run) && !_ended.Contains(run))
        {
            _open.Add(run);
        }
    }

    /// <summary>Records that a client is about to cancel a run. The run may then end without an attempt.</summary>
    public void CallOff(RunId run)
    {
        _calledOff.Add(run);
        _open.Remove(run);
    }

    /// <summary>Records that a client is about to cancel a task. Its runs may then end without an attempt.</summary>
    public void Cancel(string task)
    {
        _cancelled.Add(task);
        _open.RemoveWhere(r => r.Task == task);
    }

    /// <summary>Returns the runs of a task that were acknowledged or have begun.</summary>
    public IReadOnlySet<RunId> Known(string task) => _known.Where(r => r.Task == task).ToHashSet();

    /// <summary>Returns whether a client has ever cancelled a task.</summary>
    public bool MayBeCancelled(string task) => _cancelled.Contains(task);

    /// <summary>Returns whether a client has cancelled a run or its task.</summary>
    public bool MayBeCancelled(RunId run) => _calledOff.Contains(run) || MayBeCancelled(run.Task);

    /// <summary>Records that an attempt begins.</summary>
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

    /// <summary>Records the outcome of an attempt, or that it was cut off because its silo stops.</summary>
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

    /// <summary>
    /// Records that an attempt ended with its silo. An at-least-once run may get another attempt. An awaited run may have been lost with
    /// its task's grain.
    /// </summary>
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

        /// <summary>Gets the group in which it got a place; null if its task has none.</summary>
        public string? Group => order.Group;

        /// <summary>Gets the request that got the place.</summary>
        public PlaceMark Place => order.Place;

        public RunTrigger Trigger => order.Trigger;

        public DateTimeOffset ScheduledAt => order.ScheduledAt;

        public int Number => order.Attempt;

        public RunGuarantee Guarantee => order.Guarantee;

        /// <summary>Gets the silo that executes it.</summary>
        public SimSilo Silo => silo;

        /// <summary>Gets when it began, by the world's time.</summary>
        public DateTimeOffset BeganAt => beganAt;

        /// <summary>Gets or sets when it ended, by the world's time.</summary>
        public DateTimeOffset? EndedAt { get; set; }

        /// <summary>
        /// Gets or sets when its silo cut it off in order to stop; otherwise null. From then on its places are free, and another attempt
        /// may begin.
        /// </summary>
        public DateTimeOffset? CutOffAt { get; set; }

        /// <summary>Gets whether its silo resumed just before it began, and may have received the order long before.</summary>
        public bool IsAfterStandstill { get; init; }

        /// <summary>Gets whether its silo, or the silo of the task that ordered it, counted as dead when it began.</summary>
        public bool IsOfTheDead { get; init; }

        /// <summary>Gets or sets the number of items that were done when it began, as its order says.</summary>
        public int Found { get; set; }

        /// <summary>Gets or sets the largest number of items that it wanted to have stored as done.</summary>
        public int Asked { get; set; }

        /// <summary>Gets or sets the number of items of which it was told that they are stored as done.</summary>
        public int Saved { get; set; }

        /// <summary>Gets or sets the outcome; null while it executes, or if its silo was lost before.</summary>
        public RunStatus? Status { get; set; }

        /// <summary>Returns whether it executed at an instant on a silo that was neither lost nor declared dead.</summary>
        public bool IsUnderWayAt(DateTimeOffset instant) =>
            BeganAt <= instant && !(EndedAt <= instant) && !(CutOffAt <= instant) && !(silo.GoneSince <= instant);
    }

    /// <param name="Guarantee">How often it may begin.</param>
    /// <param name="NotBefore">When it may begin.</param>
    internal sealed record Asked(RunGuarantee Guarantee, DateTimeOffset NotBefore);
}
