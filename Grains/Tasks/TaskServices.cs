using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansTasks.Archive;
using OrleansTasks.Handlers;
using OrleansTasks.Ledger;
using OrleansTasks.Publishing;
using OrleansTasks.Running;
using OrleansTasks.Watching;

namespace OrleansTasks.Tasks;

/// <summary>What all tasks on a silo share: one object, however many tasks are awake.</summary>
internal sealed class TaskServices(
    IGrainFactory grains,
    IRunExecutor executor,
    IRunnerClient runners,
    IClusterView cluster,
    HandlerCatalog handlers,
    HandlerShapes shapes,
    IResultPublisher publisher,
    EventPublisher events,
    HistoryStore histories,
    LedgerStore ledgers,
    IRunArchive archive,
    IOutcomeReporter reporter,
    IDepartures departures,
    IOccurrenceClaims claims,
    FlushPace pace,
    Background background,
    LocalGrains locals,
    StartGate gate,
    SiloMetrics metrics,
    IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Grains)] TimeProvider time,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider pauses,
    ILogger<TaskGrain> log)
{
    public IGrainFactory Grains => grains;

    /// <summary>Runs handlers on this silo.</summary>
    public IRunExecutor Executor => executor;

    /// <summary>Asks other silos to.</summary>
    public IRunnerClient Runners => runners;

    public IClusterView Cluster => cluster;

    public HandlerCatalog Handlers => handlers;

    public HandlerShapes Shapes => shapes;

    public IResultPublisher Publisher => publisher;

    public EventPublisher Events => events;

    public HistoryStore Histories => histories;

    public LedgerStore Ledgers => ledgers;

    /// <summary>Keeps ended runs for searches.</summary>
    public IRunArchive Archive => archive;

    /// <summary>Tells outcomes that belong to the next activation.</summary>
    public IOutcomeReporter Reporter => reporter;

    public IDepartures Departures => departures;

    public IOccurrenceClaims Claims => claims;

    public FlushPace Pace => pace;

    /// <summary>Does what is not for a task's turns.</summary>
    public Background Background => background;

    public LocalGrains Locals => locals;

    /// <summary>Opens when this silo has been up for a while.</summary>
    public StartGate Gate => gate;

    /// <summary>Counts what happens.</summary>
    public SiloMetrics Metrics => metrics;

    public TasksOptions Options { get; } = options.Value;

    /// <summary>The clock of tasks.</summary>
    public TimeProvider Time => time;

    /// <summary>The clock of waits for other silos.</summary>
    public TimeProvider Pauses => pauses;

    public ILogger Log => log;
}
