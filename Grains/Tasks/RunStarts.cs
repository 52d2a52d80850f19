using OrleansTasks.Runs;

namespace OrleansTasks.Tasks;

/// <summary>Decides which runs start, and what the others wait for.</summary>
internal sealed class RunStarts : TaskPart, IGroupAnswers
{
    /// <summary>What runs wait for while the scheduler is stopped.</summary>
    public const string ForStart = "the scheduler to be started";
    private const string SiloToBeUp = "its silo to be up";
    private readonly RunMoves _moves;
    private readonly RunLine _line;
    private readonly RunPlaces _places;
    private readonly GroupAsks _groups;
    private readonly RunPlacement _placement;
    private readonly RunEnds _ends;
    private bool _isStartingWaiting;
    private bool _willStartWaiting;

    public RunStarts(TaskContext context, RunMoves moves, RunLine line, RunPlaces places, GroupAsks groups, RunPlacement placement,
        RunEnds ends)
        : base(context)
    {
        (_moves, _line, _places, _groups, _placement, _ends) = (moves, line, places, groups, placement, ends);
        groups.Answers = this;
    }

    /// <summary>Starts a run that may start.</summary>
    public void Begin(ActiveRun run)
    {
        Runs.Put(run);
        House.Keep();

        // An occurrence must be on time: it does not wait behind other requests.
        if (!Known.IsStarted || (_line.Count > 0 && run.Trigger != RunTrigger.Schedule))
        {
            _moves.Wait(run, Known.IsStarted ? "earlier runs" : ForStart);
            return;
        }

        Start(run);
    }

    /// <summary>Tries again to start the runs that wait here.</summary>
    public void StartWaiting()
    {
        if (_isStartingWaiting || _line.Count == 0 || !Known.IsStarted)
        {
            return;
        }

        _isStartingWaiting = true;
        try
        {
            while (_line.Take(Math.Min(_places.Room, _groups.RoomToAsk)) is { Count: > 0 } taken)
            {
                // A run may be in the list twice, if it left and came back.
                foreach (var run in taken.Where(r => Runs.IsIn(r, RunPhase.Waiting)))
                {
                    Start(run);
                }

                if (!taken.Exists(static r => r.Ending))
                {
                    break;
                }
            }
        }
        finally
        {
            _isStartingWaiting = false;
        }

        Timer.ArmBy(_line.RateOpensAt);
    }

    void IGroupAnswers.OnGranted(ActiveRun run) => Start(run);

    void IGroupAnswers.OnNotGranted(ActiveRun run) => _moves.Wait(run, Known.IsStarted ? "another try" : ForStart);

    void IGroupAnswers.OnRoomToAsk()
    {
        if (!_willStartWaiting && _line.Count > 0 && _groups.MayAsk)
        {
            _willStartWaiting = true;
            Turns.Post(() =>
            {
                _willStartWaiting = false;
                StartWaiting();
            });
        }
    }

    private void Start(ActiveRun run)
    {
        if (Turns.IsLeaving)
        {
            return;
        }

        if (run.CancelRequested || !Known.Admits(run))
        {
            _ends.EndStopped(run);
            return;
        }

        if (_ends.EndIfOver(run) || _ends.IsPutOff(run))
        {
            return;
        }

        if (Silo.Cluster.TakersOf(Known.Entry!.Handler).IsEmpty)
        {
            _moves.Wait(run, Silo.Cluster.SilosWith(Known.Entry.Handler).IsEmpty
                ? $"a silo that has the handler '{Known.Entry.Handler}'"
                : $"a silo that takes runs: those that have the handler '{Known.Entry.Handler}' are drained");
            return;
        }

        if (_groups.ToAskFor(run) is { } group)
        {
            _moves.Move(run, RunEvent.AskGroup, GroupAsks.WaitingFor(group));
            _groups.Ask(run, group);
            return;
        }

        if (!_places.TryTake(run, out var waitingFor))
        {
            _moves.Wait(run, waitingFor!);
            return;
        }

        if (MayEndItsSilo(run))
        {
            _placement.StartLater(run, StartWhenUpAsync, SiloToBeUp);
        }
        else
        {
            Prepare(run);
        }
    }

    /// <summary>Stores or confirms a run's next attempt, if that has to happen before it starts.</summary>
    private void Prepare(ActiveRun run)
    {
        if (run.Stored && (run.Guarantee == RunGuarantee.AtMostOnce || !run.Marked))
        {
            _placement.StartLater(run, StartMarkedAsync);
        }
        else if (!run.Stored && run.EndedAttempts > 0)
        {
            _placement.StartLater(run, StartConfirmedAsync);
        }
        else
        {
            _placement.Place(run);
        }
    }

    /// <summary>Returns whether a run may have brought down the previous process of this silo, which has only just started.</summary>
    private bool MayEndItsSilo(ActiveRun run) =>
        !Silo.Gate.IsOpen
            && (run.Losses > 0 || run.SparedLosses > 0 || run is { Trigger: RunTrigger.Schedule, Guarantee: RunGuarantee.AtLeastOnce }
                && run.ScheduledAt <= Book.TookOverAt);

    /// <summary>Waits until this silo has been up for a while, and then starts the run.</summary>
    private async Task StartWhenUpAsync(ActiveRun run)
    {
        var placement = run.Placement;
        await Silo.Gate.Opened.WaitAsync(Turns.Leaving);
        if (_ends.IsAt(run, placement))
        {
            Prepare(run);
        }
    }

    /// <summary>
    /// Confirms that this activation may still make another attempt of a run that is not stored. An activation that was replaced without
    /// knowing it would make the attempt too.
    /// </summary>
    private async Task StartConfirmedAsync(ActiveRun run)
    {
        var placement = run.Placement;
        var isConfirmed = false;
        await Turns.UntilDoneAsync(async () =>
        {
            await Link.ConfirmOwnerAsync();
            isConfirmed = true;
        });
        if (isConfirmed && _ends.IsAt(run, placement))
        {
            _placement.Place(run);
        }
    }

    /// <summary>Stores a mark of the attempt before it starts, so that no other one is made whatever happens then.</summary>
    private async Task StartMarkedAsync(ActiveRun run)
    {
        var placement = run.Placement;
        run.Marked = true;
        var isGranted = false;
        await Turns.UntilDoneAsync(
            async () => isGranted = await Link.CallAsync((p, epoch) => p.MarkStartedAsync(run.RunId, epoch, run.Attempt + 1)));
        if (!_ends.IsAt(run, placement))
        {
            return;
        }

        if (isGranted)
        {
            _placement.Place(run);
            return;
        }

        // Another activation has the run, or had it. What the partition says about it counts now.
        _places.Leave(run);
        Runs.Remove(run);
        run.ReleaseWaiters(long.MaxValue);
        Link.Doubt();
        Turns.PostUntilDone(Link.AttachAsync);
    }
}
