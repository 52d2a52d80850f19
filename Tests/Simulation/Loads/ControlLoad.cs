namespace OrleansTasks.Simulation;

/// <summary>Controls tasks: pauses one, cancels one and registers it again, changes one, and cancels single runs.</summary>
internal sealed class ControlLoad : Load
{
    private const string Paused = "t0";
    private const string Cancelled = "t1";
    private const string Changed = "t2";
    private readonly bool _pauses;
    private readonly bool _cancels;
    private readonly bool _changes;
    private readonly bool _callsOff;
    private readonly List<Pause> _pausesMade = [];
    private readonly List<End> _ends = [];
    private readonly Dictionary<RunId, DateTimeOffset> _calledOff = [];

    public ControlLoad(SimClient client)
        : base(client)
    {
        (_pauses, _cancels, _changes, _callsOff) = (World.Happens(0.5), World.Happens(0.4), World.Happens(0.4), World.Happens(0.5));
    }

    public override TaskPlan Shape(TaskPlan task) => task.Name switch
    {
        Paused when _pauses => task with { Changes = true },
        Cancelled when _cancels => task with { Changes = true, MayBeCancelled = true, KeepsSchedule = false },
        Changed when _changes => task with { Changes = true, KeepsSchedule = false },
        _ => task,
    };

    public override void Begin(IReadOnlyList<TaskPlan> tasks)
    {
        BeginIf(_pauses, "A task was to be paused", () => PauseAsync());
        BeginIf(_cancels, "A task was to be cancelled", () => CancelAsync(tasks.First(static t => t.Name == Cancelled)));
        BeginIf(_changes, "A task was to be changed", () => ChangeAsync(tasks.First(static t => t.Name == Changed)));
        BeginIf(_callsOff, "A run was to be called off", CallOffAsync);
    }

    public override void Judge(Judgement judgement)
    {
        foreach (var attempt in Truth.Attempts.Where(static a => !a.IsOfTheDead))
        {
            if (attempt.Run.Task == Cancelled && _ends.Find(e => e.Stops(attempt)) is { } end)
            {
                judgement.Add(false,
                    $"{attempt.Run} began at {attempt.BeganAt:mm:ss.fff} on {attempt.Silo}, and its task had been cancelled at "
                        + $"{end.At:mm:ss.fff}.");
            }

            // A wrong clock may have started an occurrence before its instant. If that run was cancelled, the occurrence runs again at its
            // instant.
            if (_calledOff.TryGetValue(attempt.Run, out var at) && attempt.BeganAt > at
                && (attempt.Trigger != RunTrigger.Schedule || attempt.ScheduledAt <= at))
            {
                judgement.Add(false,
                    $"Attempt {attempt.Number} of {attempt.Run} began at {attempt.BeganAt:mm:ss.fff} on {attempt.Silo}, and had been "
                        + $"called off at {at:mm:ss.fff}.");
            }

            if (attempt is { Run.Task: Paused, Trigger: RunTrigger.Schedule, Number: 1, IsAfterStandstill: false }
                && !judgement.ClocksWereWrong && _pausesMade.Find(p => p.Stops(attempt)) is { } pause && !IsMadeUpFor(attempt, pause))
            {
                judgement.Add(false,
                    $"{attempt.Run} of {attempt.ScheduledAt:mm:ss.fff} began at {attempt.BeganAt:mm:ss.fff}; its task was paused from "
                        + $"{pause.At:mm:ss.fff} to {pause.Until:mm:ss.fff}, {pause.Occurrences}.");
            }
        }
    }

    /// <summary>
    /// Returns whether an occurrence may run although its pause skips what is due: the catch-up of an earlier pause may not have been
    /// stored yet.
    /// </summary>
    private bool IsMadeUpFor(Truth.Attempt attempt, Pause pause) =>
        attempt.BeganAt >= pause.Until && _pausesMade.Exists(p => p.Occurrences == PausedOccurrences.CatchUp && p.At < pause.At);

    private void BeginIf(bool isChosen, string what, Func<Task> action)
    {
        if (isChosen)
        {
            Client.Begin(what, action);
        }
    }

    private async Task PauseAsync()
    {
        var grain = Client.TaskOf(Paused);
        while (Client.GoesOn)
        {
            await Client.WaitAsync(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(5));
            if (!Truth.Registered.Contains(Paused))
            {
                continue;
            }

            var (request, back) = (World.NewId(), World.NewId());
            var occurrences = World.Happens(0.5) ? PausedOccurrences.Skip : PausedOccurrences.CatchUp;
            await Client.CallAsync(_ => grain.PauseAsync(null, null, null, occurrences, request));
            var pause = new Pause(Client.Now, occurrences);
            World.Tell($"{Paused} is paused: {occurrences}");
            _pausesMade.Add(pause);
            await Client.WaitAsync(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(6));
            pause.Until = Client.Now;
            await Client.CallAsync(_ => grain.ResumeAsync(back));
            World.Tell($"{Paused} is resumed");
        }
    }

    private async Task CancelAsync(TaskPlan plan)
    {
        var grain = Client.TaskOf(plan.Name);
        while (Client.GoesOn)
        {
            await Client.WaitAsync(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(8));
            if (!Truth.Registered.Contains(plan.Name))
            {
                continue;
            }

            var (request, back) = (World.NewId(), World.NewId());
            var before = Truth.Known(plan.Name);
            Truth.Cancel(plan.Name);
            await Client.CallAsync(_ => grain.CancelAsync(request));
            var end = new End(Client.Now, before);
            World.Tell($"{plan.Name} is cancelled");
            _ends.Add(end);
            if (World.Happens(0.3))
            {
                return;
            }

            await Client.WaitAsync(TimeSpan.Zero, TimeSpan.FromSeconds(4));
            end.Until = Client.Now;
            await Client.CallAsync(_ => Client.PartitionOf(plan.Name).RegisterAsync(plan.ToRegistration(), null, back));
            World.Tell($"{plan.Name} is registered again");
        }
    }

    private async Task ChangeAsync(TaskPlan plan)
    {
        while (Client.GoesOn)
        {
            await Client.WaitAsync(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(6));
            if (Truth.Registered.Contains(plan.Name))
            {
                var request = World.NewId();
                plan = plan with
                {
                    Period = plan.Period * (World.Happens(0.5) ? 1.25 : 1),
                    Options = plan.Options with { Retry = World.Happens(0.5) ? new RetryPolicy { MaxAttempts = 2 } : null }
                };
                await Client.CallAsync(_ => Client.PartitionOf(plan.Name).RegisterAsync(plan.ToRegistration(), null, request));
                World.Tell($"{plan.Name} is changed: {plan.Period}");
            }
        }
    }

    private async Task CallOffAsync()
    {
        while (Client.GoesOn)
        {
            await Client.WaitAsync(TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(3));
            List<RunId> runs = [.. Truth.Dispatched.Keys,
                .. Truth.Attempts.Where(static a => a is { Trigger: RunTrigger.Schedule, Status: null }).Select(static a => a.Run)];
            if (runs.Count > 0)
            {
                var run = runs[World.Chance.Next(runs.Count)];
                var request = World.NewId();
                Truth.CallOff(run);
                if (await Client.CallAsync(_ => Client.TaskOf(run.Task).CancelRunAsync(run, false, request)))
                {
                    World.Tell($"{run} is called off");
                    _calledOff[run] = Client.Now;
                }
            }
        }
    }

    /// <summary>Represents an acknowledged pause.</summary>
    private sealed class Pause(DateTimeOffset at, PausedOccurrences occurrences)
    {
        public DateTimeOffset At => at;

        /// <summary>Gets or sets the planned end.</summary>
        public DateTimeOffset Until { get; set; } = DateTimeOffset.MaxValue;

        public PausedOccurrences Occurrences => occurrences;

        /// <summary>
        /// Returns whether the pause forbids an attempt: during the pause, or at any time if the pause skips its occurrences.
        /// </summary>
        public bool Stops(Truth.Attempt attempt) =>
            attempt.ScheduledAt > at && attempt.ScheduledAt < Until && (occurrences == PausedOccurrences.Skip || attempt.BeganAt < Until);
    }

    /// <summary>Represents an acknowledged cancellation of the task.</summary>
    private sealed class End(DateTimeOffset at, IReadOnlySet<RunId> before)
    {
        public DateTimeOffset At => at;

        /// <summary>Gets or sets when the task was to be registered again.</summary>
        public DateTimeOffset Until { get; set; } = DateTimeOffset.MaxValue;

        /// <summary>
        /// Returns whether the cancellation forbids an attempt: any attempt until the task is registered again, and later the runs that
        /// were accepted before.
        /// </summary>
        public bool Stops(Truth.Attempt attempt) => attempt.BeganAt > at && (attempt.BeganAt < Until || before.Contains(attempt.Run));
    }
}
