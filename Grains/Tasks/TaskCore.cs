using OrleansTasks.Calls;
using OrleansTasks.Clocks;
using OrleansTasks.Grains;
using OrleansTasks.Ledger;

namespace OrleansTasks.Tasks;

/// <summary>
/// The parts of one task, put together: each has its own state, knows those before it here, and none of those after it. What a part has to say to one after it goes through an
/// interface.
/// </summary>
internal sealed class TaskCore : IBriefed, IKeptHouse, IRunEndings, ITaskPresence, ITaskSignals
{
    private const int RefillBelow = 500;
    private static readonly TimeSpan CallerPatience = TimeSpan.FromSeconds(15);
    private readonly TaskServices _silo;
    private readonly GrainTurns _turns;
    private readonly Action _deactivate;
    private readonly KnownTask _known;
    private readonly GrainClock _clock;
    private readonly PartitionLink _link;
    private readonly RunTable _runs;
    private readonly OccurrenceBook _book = new();
    private readonly OccurrenceGenerator _generator;
    private readonly TaskHistory _history;
    private readonly TaskTeller _teller;
    private readonly Housekeeper _house;
    private readonly DueTimer _timer;
    private readonly TaskAccounts _accounts;
    private readonly HistoryKeeper _results;
    private readonly OutcomePipeline _pipeline;
    private readonly RunPlaces _places;
    private readonly ClusterNews _news;
    private readonly AdoptedRuns _adopted;
    private readonly RunLine _line;
    private readonly RunMoves _moves;
    private readonly RunEnds _ends;
    private readonly RunPlacement _placement;
    private readonly RunStarts _starts;
    private readonly OccurrenceClaimer _claimer;
    private readonly OverlapGate _gate;
    private readonly StoredRuns _stored;
    private readonly OccurrenceMakeup _makeup;
    private readonly OccurrenceFlow _occurrences;
    private readonly RunStops _stops;
    private readonly TaskContext _context;

    // Whether anybody but its schedule has had to do with it since it was activated.
    private bool _isAsked;

    /// <param name="silo">The silo.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="turns">The grain's turns.</param>
    /// <param name="timers">Makes timers of the grain.</param>
    /// <param name="deactivate">Has the grain leave memory once it is idle.</param>
    public TaskCore(TaskServices silo, string name, GrainTurns turns, TimerFactory timers, Action deactivate)
    {
        (_silo, _turns, _deactivate) = (silo, turns, deactivate);

        // What is known, and when.
        var partition = silo.Grains.Refer<IPartition>(PartitionMap.PartitionOf(name, silo.Options.Partitions));
        _known = new KnownTask(name, silo.Options);
        _clock = new GrainClock(silo.Time, silo.Options.ClockTolerance);
        _link = new PartitionLink(_known, turns, partition, silo.Cluster.Local, _clock, silo.Pauses, this);
        _runs = new RunTable(turns, silo.Time);
        _teller = new TaskTeller(_known, _clock, silo.Events, silo.Log);
        _house = new Housekeeper(turns, timers, this);
        _timer = new DueTimer(turns, _clock, new InstantTimer(timers, ((ITaskSignals)this).Tick, silo.Time, silo.Log));
        _context = new TaskContext(silo, _known, turns, _clock, _link, _runs, _book, _teller, _house, _timer);
        _generator = new OccurrenceGenerator(_book);

        // What runs come to.
        _history = new TaskHistory(name, silo.Histories, silo.Log) { Kept = () => new(_known.Options.HistoryLength, _known.Options.HistoryAge is not null) };
        var ledger = new LedgerFile(name, silo.Ledgers);
        _accounts = new TaskAccounts(_context, new LedgerKeeper(name, ledger, _clock, silo.Background, silo.Log), ledger, _history, this);
        _results = new HistoryKeeper(_context, _history, _accounts, _generator, timers, this);
        _pipeline = new OutcomePipeline(_context, _results, _accounts, new RunFollowers(_context), this);

        // How they start and end.
        var places = new TaskPlaces();
        var groups = new GroupAsks(_context, places);
        _places = new RunPlaces(_context, _history, places, groups, this);
        _news = new ClusterNews(turns, silo.Cluster, this);
        _line = new RunLine(_context, _places, _news);
        _moves = new RunMoves(_context, _line, _places);
        _ends = new RunEnds(_context, _moves, _pipeline, this);
        _stops = new RunStops(_context, _ends);
        Local = new LocalRuns(_context, _ends);
        _placement = new RunPlacement(_context, _moves, _places, groups, _ends, _stops, Local, _news);
        _starts = new RunStarts(_context, _moves, _line, _places, groups, _placement, _ends);
        Remote = new RemoteRuns(_context, _places, _results, _ends, _news);
        _adopted = new AdoptedRuns(_context, Remote, _ends);

        // How they come to be: by themselves, and because somebody asks.
        _claimer = new OccurrenceClaimer(_context, _accounts, _moves, _results, Remote, _ends, _starts, this);
        _gate = new OverlapGate(_context, _accounts, _moves, _claimer, _starts, _stops);
        _stored = new StoredRuns(_context, _results, _pipeline, _ends, _gate);
        _makeup = new OccurrenceMakeup(_context, _accounts, _results, _stored);
        _occurrences = new OccurrenceFlow(_context, _generator, _accounts, _results, _makeup, _moves, _claimer, _gate, _ends, _starts, _line, this);
    }

    // What many tasks never need is made when it is needed: there may be a hundred thousand in memory.
    public RunRequests Requests => field ??= new RunRequests(_context, Checks, _line, _results, Remote, _ends, _starts, this);

    public StoredRequests StoredRequests => field ??= new StoredRequests(_context, Checks, _results, _stored, this);

    public TaskControls Controls => field ??= new TaskControls(_context, _stored, _pipeline, _accounts, _occurrences, _stops, this);

    public TaskQueries Queries => field ??= new TaskQueries(_context, _places, _history, _results, _accounts, _pipeline, this);

    public RunOrders Orders => field ??= new RunOrders(_context, _moves, _ends);

    public LocalRuns Local { get; }

    public RemoteRuns Remote { get; }

    private RequestChecks Checks => field ??= new RequestChecks(_context);

    private FailureWatch Watch => field ??= new FailureWatch(_context, _history, note => Controls.PauseAsync(note, null, "OrleansTasks", PausedOccurrences.Skip, Guid.Empty));

    DateTimeOffset? IBriefed.LetGo => _occurrences.LetGo;

    bool IBriefed.IsStopping => _silo.Executor.IsDraining;

    bool IKeptHouse.IsInOrder => _runs.Count == 0 && !_runs.IsAwaitedOutside && !_results.HasToWrite && !_link.IsInDoubt;

    bool IKeptHouse.IsUrgent => _line.Count > 0;

    /// <summary>Has the partition asked what is new.</summary>
    public async Task WakeAsync()
    {
        await _link.AttachAsync();
        LeaveIfEmpty();
    }

    /// <summary>Takes that the clock of this silo was put forward or back.</summary>
    public Task TakeStepAsync(TimeSpan step)
    {
        _clock.TakeStep(step);
        _occurrences.Arm();

        // The partition knows whether its own clock went along.
        return _link.IsAttached && !_turns.IsLeaving && step.Duration() > ClockWatch.Smallest * 2 ? _turns.UntilDoneAsync(_link.AttachAsync) : Task.CompletedTask;
    }

    /// <summary>Takes that storage went back: what was written may be no more.</summary>
    public void TakeStorageWentBack() => _results.LookAgain();

    /// <summary>Which of some runs are under way with a place in the task's group, or ask for one, or for the one that they have lent.</summary>
    public async Task<IReadOnlyList<Guid>> WithGroupPlacesAsync(IReadOnlyList<Guid> runs)
    {
        await EnsureAttachedAsync();
        return [.. runs.Where(id => _runs.TryGet(id, out var run) && !run.Ending && (run.GroupPlace is not null || run.AskedGroup is not null || run is { LentGroup: not null, Awaits.Count: 0 }))];
    }

    /// <summary>Takes that the handler of a run begins, or has ceased, to wait for another run.</summary>
    /// <returns>False if it ceased and there is no place for it yet.</returns>
    public async Task<bool> TakeWaitAsync(Guid run, RunId awaited, bool begins)
    {
        // One that is not known has no place to lend.
        if (!_runs.TryGet(run, out var active) || active.Ending)
        {
            return true;
        }

        if (!begins)
        {
            return await _places.TakeBackAsync(active, awaited);
        }

        if (_places.Lend(active, awaited))
        {
            _starts.StartWaiting();
        }

        return true;
    }

    /// <summary>Takes that a run waits for another that does not begin.</summary>
    public void TakeStuck(Guid run, string note)
    {
        if (_runs.TryGet(run, out var active) && active.Awaits.Count > 0)
        {
            _teller.TellStuck(active, note);
        }
    }

    /// <summary>Removes what is stored of a task that is no more.</summary>
    public async Task ForgetAsync()
    {
        if (_turns.IsLeaving || _silo.Executor.IsDraining)
        {
            // Storage that is this silo's memory may be gone before the task; the next sweep asks again.
            throw _turns.Moved();
        }

        await _link.AttachAsync();
        if (IsOver())
        {
            await _results.FlushAsync();
        }

        if (IsOver())
        {
            await _results.ForgetAsync();
        }

        if (_runs.Count == 0)
        {
            _deactivate();
        }

        bool IsOver() => _known.Entry is null && _runs.Count == 0 && _results.HasRecordedAll;
    }

    /// <summary>Lets the callers go who wait in this activation: it cannot deactivate before.</summary>
    public void LetCallersGo() => _runs.LetAllCallersGo();

    /// <summary>Leaves: what has ended is recorded, or handed to the next activation; what is under way is left for it to find; the partition is told, and looks after the rest.</summary>
    public async Task LeaveAsync(CancellationToken ct)
    {
        _news.Dispose();
        LetCallersGo();
        await new HandOver(_context, _generator, _results, _pipeline, _claimer, _gate, _ends, _placement, Local, Remote).MakeAsync(ct);
        _results.Stop();
    }

    public void NoteAsked() => _isAsked = true;

    public async ValueTask EnsureAttachedAsync()
    {
        _isAsked = true;
        if (!_link.IsReady)
        {
            await _link.AttachAsync();
        }
    }

    public void LeaveIfEmpty()
    {
        if (_known.Entry is null && _runs.Count == 0)
        {
            _deactivate();
        }
    }

    public TaskException LeaveWith(TaskException absence)
    {
        if (_known.Entry is null)
        {
            _deactivate();
        }

        return absence;
    }

    void IBriefed.OnBriefing(Briefing briefing, bool isFirst)
    {
        if (isFirst)
        {
            _pipeline.StartAfter(briefing.Sequence);
            _results.Begin(briefing);
        }

        _generator.Take(briefing);
        Remote.Take(briefing);
    }

    async Task IBriefed.OnBriefedAsync(Briefing briefing, GoneRuns gone, bool isFirst, bool isChanged, bool isStopped)
    {
        _occurrences.TakeTime(briefing.Now);
        if (Remote.MayBeLeftBehind)
        {
            await Remote.AdoptAllAsync(briefing.Runs);
        }

        _stored.AcceptAll(briefing.Runs, gone);

        if (isFirst)
        {
            new LostOccurrences(_context, _accounts, _results, _ends, _claimer, Watch).TakeOver(briefing);
        }

        _accounts.Plan(briefing, isStopped);
        _occurrences.Plan(briefing, isChanged);
        if (briefing.HasCalledOff || _runs.Count > 0)
        {
            Controls.CallOff(briefing.HasCalledOff);
        }

        _starts.StartWaiting();
    }

    GoneRuns IBriefed.OnAsking() => _runs.WatchEnds();

    void IBriefed.OnReplaced()
    {
        if (!_turns.IsLeaving)
        {
            TaskLog.LogReplaced(_silo.Log, _known.Name);
            _turns.Leave();
            _deactivate();
        }
    }

    void IBriefed.OnDoubt() => _house.Keep();

    void IKeptHouse.LookAfter()
    {
        _runs.LetCallersGo(CallerPatience);
        if (_pipeline.Trouble is { } trouble)
        {
            // Their runs have ended, and nobody knows when that can be told.
            _runs.TellCallersOfEnded(trouble);
        }

        // An order may have gone to a silo just after the news of its death were looked at.
        OnClusterChanged();
        _adopted.Look();
        _teller.TellLate(_runs.All);
        GoOn();
        if (_link.IsInDoubt && !_link.IsAsking)
        {
            _turns.Post(_link.AttachAsync);
        }

        _results.FlushIfForgotten();
    }

    void IRunEndings.OnPublished(TaskResult result)
    {
        if (result.Trigger == RunTrigger.Request)
        {
            Requests.NoteEnded(result.RunId.Value);
        }

        if (result.Trigger == RunTrigger.Schedule)
        {
            Watch.Look(result);
        }

        if (_link.HasMore && _runs.Count < RefillBelow && !_link.IsAsking)
        {
            _turns.PostUntilDone(_link.AttachAsync);
        }
    }

    void IRunEndings.GoOn() => GoOn();

    private void GoOn()
    {
        if (_turns.HasLeft)
        {
            return;
        }

        _gate.StartNext();
        if (_line.Count > 0 && _known.Options.MaxConcurrentRuns is not null)
        {
            _starts.StartWaiting();
        }

        _pipeline.Advance();
    }

    void ITaskSignals.Tick() => _occurrences.Tick();

    void ITaskSignals.OnToWrite() => _results.FlushSoon();

    void ITaskSignals.OnRoom() => _starts.StartWaiting();

    void ITaskSignals.OnClusterChanged() => OnClusterChanged();

    void ITaskSignals.OnForgotten() => _gate.StartNext();

    Task ITaskSignals.ResumeAsync() => Controls.ResumeIfOverAsync();

    void ITaskSignals.OnWritten()
    {
        // Makes room for other tasks when all is stored that an occurrence has led to, and the next one is far away.
        if (!_isAsked && !_turns.IsLeaving && !_link.IsInDoubt && _timer.ArmedFor is null && _known.Entry is { Fires: true } entry && _runs.Count == 0 && _results.HasRecordedAll
            && _makeup.UnderWay.IsCompleted && !(entry.NextAfter(_generator.Last) < _clock.Now.AddMinutes(TaskGrain.IdleMinutes)))
        {
            _deactivate();
        }
    }

    private void OnClusterChanged()
    {
        _ends.GiveUpLost();
        _starts.StartWaiting();
    }
}
