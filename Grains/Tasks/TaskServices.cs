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

/// <summary>Holds what all tasks on a silo share: one object, however many tasks are awake.</summary>
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

    /// <summary>Gets the executor of handlers on this silo.</summary>
    public IRunExecutor Executor => executor;

    /// <summary>Gets the client that asks other silos to execute runs.</summary>
    public IRunnerClient Runners => runners;

    public IClusterView Cluster => cluster;

    public HandlerCatalog Handlers => handlers;

    public HandlerShapes Shapes => shapes;

    public IResultPublisher Publisher => publisher;

    public EventPublisher Events => events;

    public HistoryStore Histories => histories;

    public LedgerStore Ledgers => ledgers;

    /// <summary>Gets the archive of ended runs for searches.</summary>
    public IRunArchive Archive => archive;

    /// <summary>Gets the reporter of outcomes for the next activation.</summary>
    public IOutcomeReporter Reporter => reporter;

    public IDepartures Departures => departures;

    public IOccurrenceClaims Claims => claims;

    public FlushPace Pace => pace;

    /// <summary>Gets the runner of work outside a task's turns.</summary>
    public Background Background => background;

    public LocalGrains Locals => locals;

    /// <summary>Gets the gate that opens when this silo has been up for a while.</summary>
    public StartGate Gate => gate;

    /// <summary>Gets the metrics.</summary>
    public SiloMetrics Metrics => metrics;

    public TasksOptions Options { get; } = options.Value;

    /// <summary>Gets the clock of tasks.</summary>
    public TimeProvider Time => time;

    /// <summary>Gets the clock for waits for other silos.</summary>
    public TimeProvider Pauses => pauses;

    public ILogger Log => log;
}
