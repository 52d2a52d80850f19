using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Groups;
using OrleansTasks.Publishing;
using OrleansTasks.Running;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit.Groups;

/// <summary>
/// Runs one group with all its parts, on turns and a clock that the test moves, without a cluster. Silos and tasks answer as the test says.
/// </summary>
internal sealed class GroupRig
{
    private readonly SteppedClock _wall;

    public GroupRig(FaultyStorage? storage = null)
    {
        Storage = storage ?? new FaultyStorage();
        _wall = new SteppedClock(Clock);
        Silo.On(nameof(IRunnerService.PlacedInGroupAsync), static _ => Task.FromResult<IReadOnlyList<PlacedRun>>([]));
        Tasks.On(nameof(IGroupTasks.UnderWayAsync), static a => Task.FromResult((IReadOnlyList<Guid>)a[1]!));
        Marks.On(nameof(IGroupMarks.NoteAsync), a =>
        {
            var wasKnown = IsKnown;
            IsKnown |= (bool)a[1]!;
            return Task.FromResult(wasKnown);
        });
        var cluster = FakeOf<IClusterView>.New()
            .On("get_Alive", static _ => ImmutableHashSet.Create(TaskRig.There))
            .On("get_Version", static _ => TaskRig.Version)
            .On(nameof(IClusterView.RefreshAsync), static _ => Task.CompletedTask)
            .On(nameof(IClusterView.IsGone), _ => IsLost);
        var runners = FakeOf<IRunnerClient>.New().On(nameof(IRunnerClient.On), _ => Silo.Face);
        var events = new EventPublisher(null!, Clock, Options.Create(new TasksOptions()), NullLogger<EventPublisher>.Instance);
        var services = new GroupServices(Storage, Tasks.Face, Marks.Face, cluster.Face, runners.Face, events, _wall, Clock, Log);
        Core = new RunGroupCore(services, "mail", (tick, due) => new TurnTimer(Turns, Clock, tick, due), static _ => { });
    }

    public FakeTimeProvider Clock { get; } = new(TaskRig.Start);

    public TurnScheduler Turns { get; } = new();

    public FaultyStorage Storage { get; }

    public LogLines<RunGroupGrain> Log { get; } = new();

    /// <summary>Gets the other silo, which may have runs of the group.</summary>
    public FakeOf<IRunnerService> Silo { get; } = FakeOf<IRunnerService>.New();

    /// <summary>Gets the tasks of the group. By default they answer that all their runs are executing.</summary>
    public FakeOf<IGroupTasks> Tasks { get; } = FakeOf<IGroupTasks>.New();

    /// <summary>Gets the partition that knows which groups have stored limits.</summary>
    public FakeOf<IGroupMarks> Marks { get; } = FakeOf<IGroupMarks>.New();

    /// <summary>Gets or sets whether the partition knows that this group has, or had, stored limits.</summary>
    public bool IsKnown { get; set; }

    /// <summary>Gets or sets whether the other silo was declared dead.</summary>
    public bool IsLost { get; set; }

    public RunGroupCore Core { get; }

    public static RunId Run(int n, string task = "t") => RunId.Of(task, TaskRig.Start.AddSeconds(n));

    /// <summary>Opens the group with the given limits.</summary>
    public GroupRig With(RunGroup limits)
    {
        Assert.True(Turns.Do(() => Core.OpenAsync()).IsCompletedSuccessfully);
        Assert.True(Put(limits).IsCompletedSuccessfully);
        return this;
    }

    public Task<RunGroupInfo> Put(RunGroup limits, Guid request = default) => Turns.Do(() => Core.PutAsync(limits, request));

    public Task<bool> Ask(int run, RunPriority priority = RunPriority.Normal, string task = "t", long term = 1, long ask = 1) =>
        Turns.Do(() => Core.AcquireAsync(Run(run, task), priority, new PlaceMark(term, ask)));

    public void Release(int run, bool unused = false, string task = "t", long term = 1, long ask = 1) => Turns.Do(() =>
    {
        Core.Release(Run(run, task), unused, new PlaceMark(term, ask));
        return Task.CompletedTask;
    });

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time)
    {
        Clock.Advance(time);
        Turns.Run();
    }

    /// <summary>Moves the wall clock of the group's silo forward or back. No time passes.</summary>
    public void Step(TimeSpan step) => _wall.Ahead += step;
}
