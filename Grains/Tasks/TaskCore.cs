using OrleansTasks.Calls;
using OrleansTasks.Clocks;
using OrleansTasks.Grains;

namespace OrleansTasks.Tasks;

/// <summary>
/// Composes the parts of one task. Each part has its own state, knows the parts before it, and none of those after it. What a part has to
/// tell a later one goes through <see cref="TaskBriefings"/> or <see cref="TaskReactions"/>.
/// </summary>
internal sealed class TaskCore : ITaskDesk
{
    private readonly TaskContext _context;
    private readonly TaskRecords _records;
    private readonly RunCourse _course;
    private readonly RunOrigins _origins;
    private readonly TaskPresence _presence;

    /// <param name="silo">The silo.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="turns">The grain's turns.</param>
    /// <param name="timers">Creates timers of the grain.</param>
    /// <param name="deactivate">Deactivates the grain once it is idle.</param>
    public TaskCore(TaskServices silo, string name, GrainTurns turns, TimerFactory timers, Action deactivate)
    {
        var (briefings, reactions) = (new TaskBriefings(), new TaskReactions());

        // The parts that keep knowledge and time.
        var partition = silo.Grains.Refer<IPartition>(PartitionMap.PartitionOf(name, silo.Options.Partitions));
        var known = new KnownTask(name, silo.Options);
        var clock = new GrainClock(silo.Time, silo.Options.ClockTolerance);
        var link = new PartitionLink(known, turns, partition, silo.Cluster.Local, clock, silo.Pauses, briefings);
        var runs = new RunTable(turns, silo.Time);
        var book = new OccurrenceBook();
        var teller = new TaskTeller(known, clock, silo.Events, silo.Log);
        var house = new Housekeeper(turns, timers, reactions);
        var timer = new DueTimer(turns, clock, new InstantTimer(timers, reactions.Tick, silo.Time, silo.Log));
        _context = new TaskContext(silo, known, turns, clock, link, runs, book, teller, house, timer);
        var generator = new OccurrenceGenerator(book);

        // The parts that record the outcomes of runs, start and end runs, and create them.
        _records = new TaskRecords(_context, generator, timers, reactions, reactions);
        _course = new RunCourse(_context, _records, reactions, reactions);
        _origins = new RunOrigins(_context, generator, _records, _course, reactions);
        _presence = new TaskPresence(_context, _records, _origins, deactivate);
        briefings.Connect(_context, _records, _course, _origins, _presence, this);
        reactions.Connect(_context, _records, _course, _origins, _presence, this);
    }

    public RunRequests Requests =>
        field ??= new RunRequests(_context, Checks, _course.Line, _records.Results, _course.Remote, _course.Ends, _course.Starts,
            _presence);

    public StoredRequests StoredRequests => field ??= new StoredRequests(_context, Checks, _records.Results, _origins.Stored, _presence);

    public TaskControls Controls =>
        field ??= new TaskControls(_context, _origins.Stored, _records.Pipeline, _records.Accounts, _origins.Occurrences, _course.Stops,
            _presence);

    public TaskQueries Queries =>
        field ??= new TaskQueries(_context, _course.Places, _records.History, _records.Results, _records.Accounts, _records.Pipeline,
            _presence);

    public RunOrders Orders => field ??= new RunOrders(_context, _course.Moves, _course.Ends);

    public RunCheckpoints Checkpoints => field ??= new RunCheckpoints(_context, _presence);

    public WaitingHandlers Waits => field ??= new WaitingHandlers(_context, _course.Places, _course.Starts, _presence);

    public FailureWatch Watch =>
        field ??= new FailureWatch(_context, _records.History,
            note => Controls.PauseAsync(note, null, "OrleansTasks", PausedOccurrences.Skip, Guid.Empty));

    public LocalRuns Local => _course.Local;

    public RemoteRuns Remote => _course.Remote;

    /// <summary>Gets how many runs wait in the line.</summary>
    public int Waiting => _course.Line.Count;

    private RequestChecks Checks => field ??= new RequestChecks(_context);

    /// <summary>Asks the partition what is new.</summary>
    public async Task WakeAsync()
    {
        await _context.Link.AttachAsync();
        _presence.LeaveIfEmpty();
    }

    /// <summary>Handles that the clock of this silo was set forward or back.</summary>
    public Task TakeStepAsync(TimeSpan step)
    {
        var (link, turns) = (_context.Link, _context.Turns);
        _context.Clock.TakeStep(step);
        _origins.Occurrences.Arm();

        // The partition knows whether its own clock changed too.
        return link.IsAttached && !turns.IsLeaving && step.Duration() > ClockWatch.Smallest * 2
            ? turns.UntilDoneAsync(link.AttachAsync)
            : Task.CompletedTask;
    }

    /// <summary>Handles that storage went back: what was written may be missing.</summary>
    public void TakeStorageWentBack() => _records.Results.LookAgain();

    /// <summary>Removes the stored records of a task that was removed.</summary>
    public async Task ForgetAsync()
    {
        var (turns, runs, results) = (_context.Turns, _context.Runs, _records.Results);
        if (turns.IsLeaving || _context.Silo.Executor.IsDraining)
        {
            // If storage is this silo's memory, it may be gone before the task. The next sweep asks again.
            throw turns.Moved();
        }

        await _context.Link.AttachAsync();
        if (IsOver())
        {
            await results.FlushAsync();
        }

        if (IsOver())
        {
            await results.ForgetAsync();
        }

        if (runs.Count == 0)
        {
            _presence.Leave();
        }

        bool IsOver() => _context.Known.Entry is null && runs.Count == 0 && results.HasRecordedAll;
    }

    /// <summary>Releases the callers who wait in this activation. It cannot deactivate before.</summary>
    public void LetCallersGo() => _context.Runs.LetAllCallersGo();

    /// <summary>
    /// Leaves. Ended runs are recorded or handed to the next activation, runs in progress stay for it to find, and the partition is told
    /// and takes care of the rest.
    /// </summary>
    public async Task LeaveAsync(CancellationToken ct)
    {
        _course.News.Dispose();
        LetCallersGo();
        await new HandOver(_context, _origins.Generator, _records.Results, _records.Pipeline, _origins.Claimer, _origins.Gate, _course.Ends,
            _course.Placement, Local, Remote).MakeAsync(ct);
        _records.Results.Stop();
    }
}
