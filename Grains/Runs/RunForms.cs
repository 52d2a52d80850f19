using OrleansTasks.Records;
using OrleansTasks.Values;

namespace OrleansTasks.Runs;

/// <summary>
/// Creates all forms of a run besides its facts: as its partition stores it, as a silo is ordered to execute it, as its task's grain has it
/// in memory, and as it ended. <see cref="RunViews"/> creates the form for users. Pure.
/// </summary>
/// <remarks>
/// A new property of <see cref="RunFacts"/> also belongs into the stored form and the order, which other processes and later versions read.
/// Otherwise a test fails.
/// </remarks>
internal static class RunForms
{
    private const int DefaultLogLines = 50;

    /// <summary>Creates the stored form of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="due">When it is due.</param>
    public static StoredRun ToStored(RunFacts run, DateTimeOffset due) => new()
    {
        RunId = run.Id,
        Arguments = run.Arguments,
        DueAt = due,
        Occurrence = due == run.ScheduledAt ? null : run.ScheduledAt,
        Trigger = run.Trigger,
        Generation = run.Generation,
        Guarantee = run.Guarantee,
        Timeout = run.Timeout,
        Retry = run.Retry,
        Deadline = run.Deadline,
        ExpiresAt = run.ExpiresAt,
        Priority = run.Priority,
        RequestedBy = run.RequestedBy,
        Then = run.Then,
        Parent = run.Parent,
        RetryOf = run.RetryOf,
        Batch = run.Batch,
        Trace = run.Trace,
        Headers = run.Headers,
    };

    /// <summary>Creates the stored form of a run that is or was in progress.</summary>
    public static StoredRun ToStored(ActiveRun run) => ToStored(run.Facts, run.EndedAttempts > 0 ? run.DueAt : run.ScheduledAt) with
    {
        Wait = run.Wait,
        Attempts = run.EndedAttempts,
        EndedAttempts = run.EndedAttempts,
        Failures = run.Failures,
        LastError = run.LastError,
        Losses = run.Losses,
        SparedLosses = run.SparedLosses,
        Checkpoint = run.Checkpoint,
        CalledOff = run.CalledOff,
    };

    /// <summary>Returns the facts of a stored run.</summary>
    public static RunFacts FactsOf(StoredRun run) => new()
    {
        Id = run.RunId,
        Arguments = run.Arguments,
        Trigger = run.Trigger,
        ScheduledAt = run.Occurrence ?? run.DueAt,
        Generation = run.Generation,
        Guarantee = run.Guarantee,
        Timeout = run.Timeout,
        Retry = run.Retry,
        Deadline = run.Deadline,
        ExpiresAt = run.ExpiresAt,
        Priority = run.Priority,
        RequestedBy = run.RequestedBy,
        Then = run.Then,
        Parent = run.Parent,
        RetryOf = run.RetryOf,
        Batch = run.Batch,
        Trace = run.Trace,
        Headers = run.Headers,
    };

    /// <summary>Creates an order to make an attempt.</summary>
    /// <param name="run">The run.</param>
    /// <param name="task">Its task; null if the task no longer exists.</param>
    /// <param name="attempt">The number of the attempt.</param>
    /// <param name="failures">The number of earlier attempts that have failed.</param>
    /// <param name="losses">The number of earlier attempts that were lost.</param>
    /// <param name="group">The group in which it has a place; null if it has none.</param>
    /// <param name="at">The current time of the task; null if the order is not sent for execution.</param>
    /// <param name="place">The request by which it has its place in the group.</param>
    public static RunOrder ToOrder(RunFacts run, TaskEntry? task, int attempt, int failures = 0, int losses = 0, string? group = null,
        DateTimeOffset? at = null, PlaceMark place = default) => new()
        {
            OrderedAt = at,
            Place = place,
            RunId = run.Id,
            Handler = task?.Handler ?? "",
            Arguments = run.Arguments ?? task?.Arguments ?? TaskArguments.None,
            Trigger = run.Trigger,
            ScheduledAt = run.ScheduledAt,
            Attempt = attempt,
            Generation = run.Generation,
            Guarantee = run.Guarantee,
            Timeout = run.Timeout,
            Retry = run.Retry,
            Deadline = run.Deadline,

            // A run that has started no longer expires.
            ExpiresAt = attempt == 1 ? run.ExpiresAt : null,
            Priority = run.Priority,
            RequestedBy = run.RequestedBy,
            Then = run.Then,
            Parent = run.Parent,
            RetryOf = run.RetryOf,
            Batch = run.Batch,
            Trace = run.Trace,
            Headers = run.Headers,
            AttemptsLeft = Math.Max(0, ((run.Retry ?? task?.EffectiveOptions.Retry)?.MaxAttempts ?? 1) - failures - 1),
            SendValue = task?.EffectiveOptions.SendReturnValues ?? true,
            LogLines = task?.EffectiveOptions.LogLines ?? DefaultLogLines,
            Failures = failures,
            Losses = losses,
            Group = group,
        };

    /// <summary>Creates an order to make an attempt of a run that a task's grain has.</summary>
    /// <param name="run">The run.</param>
    /// <param name="task">Its task; null if the task no longer exists.</param>
    /// <param name="attempt">The number of the attempt.</param>
    /// <param name="term">The term of the activation that orders it.</param>
    /// <param name="at">The current time of the task; null if the order is not sent for execution.</param>
    public static RunOrder ToOrder(ActiveRun run, TaskEntry? task, int attempt, long term, DateTimeOffset? at = null) =>
        ToOrder(run.Facts, task, attempt, run.Failures, run.Losses, run.GroupPlace, at, new PlaceMark(term, run.GroupAsk)) with
        {
            Span = run.SpanContext,
            Checkpoint = run.Checkpoint,
            SparedLosses = run.SparedLosses
        };

    /// <summary>Returns the facts of a run from an order for it.</summary>
    public static RunFacts FactsOf(RunOrder order) => new()
    {
        Id = order.RunId,
        Arguments = order.Arguments,
        Trigger = order.Trigger,
        ScheduledAt = order.ScheduledAt,
        Generation = order.Generation,
        Guarantee = order.Guarantee,
        Timeout = order.Timeout,
        Retry = order.Retry,
        Deadline = order.Deadline,
        ExpiresAt = order.ExpiresAt,
        Priority = order.Priority,
        RequestedBy = order.RequestedBy,
        Then = order.Then,
        Parent = order.Parent,
        RetryOf = order.RetryOf,
        Batch = order.Batch,
        Trace = order.Trace,
        Headers = order.Headers,
    };

    /// <summary>Creates the form in memory of a stored run that its task's grain accepts.</summary>
    /// <param name="run">The run.</param>
    /// <param name="activation">The accepting activation.</param>
    public static ActiveRun ToActive(StoredRun run, Guid activation)
    {
        // An attempt that this activation marked was not made yet.
        var isMarked = run.Guarantee == RunGuarantee.AtLeastOnce && run.Attempts > run.EndedAttempts && run.Marker == activation;
        return new ActiveRun
        {
            Facts = FactsOf(run),
            DueAt = run.DueAt,
            Wait = run.Wait,
            Stored = true,
            Attempt = isMarked ? run.EndedAttempts : run.Attempts,
            Marked = isMarked,
            EndedAttempts = run.EndedAttempts,
            Failures = run.Failures,
            LastError = run.LastError,
            Losses = run.Losses,
            SparedLosses = run.SparedLosses,
            Checkpoint = run.Checkpoint,
            CalledOff = run.CalledOff,
        };
    }

    /// <summary>
    /// Creates the form in memory of a run that a silo has, and that an earlier activation of its task's grain had ordered.
    /// </summary>
    /// <param name="held">What the silo reports about it.</param>
    /// <param name="silo">The silo; null if the silo no longer has it.</param>
    public static ActiveRun ToActive(HeldRun held, SiloAddress? silo) => new()
    {
        Facts = FactsOf(held.Order),
        SpanContext = held.Order.Span,
        Failures = held.Order.Failures,
        Losses = held.Order.Losses,
        SparedLosses = held.Order.SparedLosses,
        Checkpoint = held.Order.Checkpoint,
        GroupPlace = held.Order.Group,
        HasBegun = true,

        // The partition ignores the end of a run that it never stored.
        Stored = true,
        Adopted = true,
        Phase = RunPhase.Running,
        Attempt = held.Order.Attempt,
        Silo = silo,
        Offer = held.Order.Offer,
        StartedAt = held.StartedAt,
        StopCause = held.Cancelling ? RunStatus.Cancelled : null,
    };

    /// <summary>Creates the form in memory of a stored run that has ended, and whose result may not be in the history.</summary>
    /// <param name="run">The run.</param>
    /// <param name="result">Its result, which contains more than what was stored when the run was created.</param>
    public static ActiveRun ToEnding(StoredRun run, TaskResult result) => new()
    {
        Facts = FactsOf(run) with
        {
            Id = result.RunId,
            Arguments = result.Arguments,
            Trigger = result.Trigger,
            ScheduledAt = result.ScheduledAt,
            RequestedBy = result.RequestedBy,
            Headers = TaskHeaders.Of(result.Headers),
        },
        Attempt = result.Attempt,
        StartedAt = result.StartedAt,
        Stored = true,
        Phase = RunPhase.Ended,
    };

    /// <summary>Creates the result of a run.</summary>
    /// <param name="run">The run.</param>
    /// <param name="outcome">The outcome of its last attempt.</param>
    /// <param name="sequence">Its number; 0 if it has none yet.</param>
    /// <param name="registry">The registry to which that number belongs.</param>
    /// <param name="keptArguments">The maximum size of arguments that are kept with it, in bytes.</param>
    public static TaskResult ToResult(ActiveRun run, RunOutcome outcome, long sequence, Guid registry, int keptArguments)
    {
        var hasBegun = outcome.Status != RunStatus.Expired;
        return new TaskResult
        {
            RunId = run.RunId,
            Sequence = sequence,
            Registry = registry,
            Status = outcome.Status,
            Error = outcome.Error,
            ErrorType = outcome.ErrorType,
            Stack = outcome.Stack,
            Json = outcome.Json,
            Trigger = run.Trigger,
            ScheduledAt = run.ScheduledAt,
            StartedAt = hasBegun ? outcome.StartedAt ?? run.StartedAt : null,
            FinishedAt = outcome.FinishedAt,
            Attempt = hasBegun ? run.Attempt : 0,
            Silo = hasBegun ? outcome.Silo : null,
            Log = outcome.Log,
            RequestedBy = run.Facts.RequestedBy,
            Parent = run.Facts.Parent,
            RetryOf = run.Facts.RetryOf,
            Batch = run.Facts.Batch,
            Headers = run.Facts.Headers ?? TaskHeaders.None,
            Arguments = run.Facts.Arguments?.Size <= keptArguments ? run.Facts.Arguments : null,
            LacksArguments = run.Facts.Arguments?.Size > keptArguments,
        };
    }

    /// <summary>Returns the outcome that a result contains.</summary>
    public static RunOutcome OutcomeOf(TaskResult result) => new()
    {
        Status = result.Status,
        Error = result.Error,
        ErrorType = result.ErrorType,
        Stack = result.Stack,
        Json = result.Json,
        StartedAt = result.StartedAt,
        FinishedAt = result.FinishedAt,
        Silo = result.Silo,
        Log = result.Log,
    };
}
