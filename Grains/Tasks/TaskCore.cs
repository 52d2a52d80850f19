using OrleansTasks.Calls;
using OrleansTasks.Clocks;
using OrleansTasks.Grains;

namespace OrleansTasks.Tasks;

/// <summary>
/// The parts of one task, put together: each has its own state, knows those before it here, and none of those after it. What a part has to say to one after it goes through
/// <see cref="TaskBriefings"/> or <see cref="TaskReactions"/>.
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
    /// <param name="timers">Makes timers of the grain.</param>
    /// <param name="deactivate">Has the grain leave memory once it is idle.</param>
    public TaskCore(TaskServices silo, string name, GrainTurns turns, TimerFactory timers, Action deactivate)
    {
        var (briefings, reactions) = (new TaskBriefings(), new TaskReactions());

        // What is known, and when.
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

        // What runs come to, how they start and end, and how they come to be.
        _records = new TaskRecords(_context, generator, timers, reactions, reactions);
        _course = new RunCourse(_context, _records, reactions, reactions);
        _origins = new RunOrigins(_context, generator, _records, _course, reactions);
        _presence = new TaskPresence(_context, _records, _origins, deactivate);
        briefings.Connect(_context, _records, _course, _origins, _presence, this);
        reactions.Connect(_context, _records, _course, _origins, _presence, this);
    }

    public RunRequests Requests => field ??= new RunRequests(_context, Checks, _course.Line, _records.Results, _course.Remote, _course.Ends, _course.Starts, _presence);

    public StoredRequests StoredRequests => field ??= new StoredRequests(_context, Checks, _records.Results, _origins.Stored, _presence);

    public TaskControls Controls => field ??= new TaskControls(_context, _origins.Stored, _records.Pipeline, _records.Accounts, _origins.Occurrences, _course.Stops, _presence);

    public TaskQueries Queries => field ??= new TaskQueries(_context, _course.Places, _records.History, _records.Results, _records.Accounts, _records.Pipeline, _presence);

    public RunOrders Orders => field ??= new RunOrders(_context, _course.Moves, _course.Ends);

    public WaitingHandlers Waits => field ??= new WaitingHandlers(_context, _course.Places, _course.Starts, _presence);

    public FailureWatch Watch => field ??= new FailureWatch(_context, _records.History, note => Controls.PauseAsync(note, null, "OrleansTasks", PausedOccurrences.Skip, Guid.Empty));

    public LocalRuns Local => _course.Local;

    public RemoteRuns Remote => _course.Remote;

    /// <summary>How many runs wait in the line.</summary>
    public int Waiting => _course.Line.Count;

    private RequestChecks Checks => field ??= new RequestChecks(_context);

    /// <summary>Has the partition asked what is new.</summary>
    public async Task WakeAsync()
    {
        await _context.Link.AttachAsync();
        _presence.LeaveIfEmpty();
    }

    /// <summary>Takes that the clock of this silo was put forward or back.</summary>
    public Task TakeStepAsync(TimeSpan step)
    {
        var (link, turns) = (_context.Link, _context.Turns);
        _context.Clock.TakeStep(step);
        _origins.Occurrences.Arm();

        // The partition knows whether its own clock went along.
        return link.IsAttached && !turns.IsLeaving && step.Duration() > ClockWatch.Smallest * 2 ? turns.UntilDoneAsync(link.AttachAsync) : Task.CompletedTask;
    }

    /// <summary>Takes that storage went back: what was written may be no more.</summary>
    public void TakeStorageWentBack() => _records.Results.LookAgain();

    /// <summary>Removes what is stored of a task that is no more.</summary>
    public async Task ForgetAsync()
    {
        var (turns, runs, results) = (_context.Turns, _context.Runs, _records.Results);
        if (turns.IsLeaving || _context.Silo.Executor.IsDraining)
        {
            // Storage that is this silo's memory may be gone before the task; the next sweep asks again.
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

    /// <summary>Lets the callers go who wait in this activation: it cannot deactivate before.</summary>
    public void LetCallersGo() => _context.Runs.LetAllCallersGo();

    /// <summary>Leaves: what has ended is recorded, or handed to the next activation; what is under way is left for it to find; the partition is told, and looks after the rest.</summary>
    public async Task LeaveAsync(CancellationToken ct)
    {
        _course.News.Dispose();
        LetCallersGo();
        await new HandOver(_context, _origins.Generator, _records.Results, _records.Pipeline, _origins.Claimer, _origins.Gate, _course.Ends, _course.Placement, Local, Remote).MakeAsync(ct);
        _records.Results.Stop();
    }
}
