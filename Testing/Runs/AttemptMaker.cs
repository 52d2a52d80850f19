using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansTasks.Handlers;
using OrleansTasks.Publishing;
using OrleansTasks.Running;
using OrleansTasks.Runs;
using OrleansTasks.Testing.Clocks;
using OrleansTasks.Watching;

namespace OrleansTasks.Testing.Runs;

/// <summary>Runs attempts with a silo's runner and one handler, without a silo.</summary>
internal sealed class AttemptMaker : IRunObserver, IDisposable
{
    private readonly LoneSilo _silo = new();
    private readonly SiloMetrics _metrics;
    private readonly RunExecutor _executor;
    private readonly NotingInvoker _invoker;
    private readonly TimeProvider _clock;
    private TaskCompletionSource<RunOutcome> _ended = new();

    public AttemptMaker(RunPlan plan, RunContainer container, TimeProvider clock)
    {
        _clock = clock;
        var services = container.Services;
        _invoker = new NotingInvoker(CompiledHandlers.Get(plan, services));

        // A silo does this too before it runs anything.
        _invoker.Check(plan.Task, plan.Arguments);
        var settings = services.GetService<IOptions<TasksOptions>>() ?? Options.Create(new TasksOptions());
        var log = services.GetService<ILoggerFactory>()?.CreateLogger<RunExecutor>() ?? NullLogger<RunExecutor>.Instance;
        Notes = new RunNotes(container.Client, clock, settings.Value.Limits.MaxCheckpointSize) { Before = plan.Checkpoint };
        _metrics = new SiloMetrics(settings);

        // The clock never moves, so the runner detects no stall and asks nobody.
        var still = new VirtualClock(DateTimeOffset.UnixEpoch);
        var attempts = new AttemptRunner(
            services.GetRequiredService<IServiceScopeFactory>(),
            Notes,
            new ThrownReader(TimeProvider.System, settings),
            new EventPublisher(services, still, settings, NullLogger<EventPublisher>.Instance),
            _silo,
            settings,
            clock,
            _metrics,
            log);
        _executor = new RunExecutor(
            new HandlerCatalog(new Dictionary<string, ITaskInvoker> { [plan.Task] = _invoker }, []),
            attempts,
            new OrderChecks(null!, new Standstills(still), _silo, still, log),
            new DrainedSilos(_silo),
            settings,
            clock,
            log);
    }

    public RunNotes Notes { get; }

    /// <summary>Gets the handler's last exception.</summary>
    public Exception? Thrown => _invoker.Thrown;

    /// <summary>Gets whether a handler holds a thread before its first wait.</summary>
    public bool IsInCall => _executor.CountBlocking(TimeSpan.Zero) > 0;

    /// <summary>Starts an attempt.</summary>
    /// <returns>A task that ends with the attempt.</returns>
    public Task<RunOutcome> Start(RunOrder order)
    {
        _ended = new TaskCompletionSource<RunOutcome>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!_executor.TryStart(order, mayQueue: true, this, out _))
        {
            throw new UnreachableException($"The run of '{order.RunId.Task}' got no place.");
        }

        return _ended.Task;
    }

    public void Cancel(Guid run) => _executor.Cancel(run, RunStatus.Cancelled);

    /// <summary>Returns the outcome of an attempt that is cancelled before it starts.</summary>
    public RunOutcome Unstarted(RunOrder order) =>
        new AttemptEnd(order, null, _clock.GetUtcNow(), _silo.SiloAddress.ToString()).Unstarted(RunStatus.Cancelled);

    public void OnProgress(ILocalRun run, RunProgress progress)
    {
        // RunNotes records progress when the handler reports it.
    }

    public void OnIgnoring(ILocalRun run)
    {
        // The log contains it.
    }

    public void OnEnd(ILocalRun run, RunOutcome outcome) => _ended.TrySetResult(outcome);

    public void Dispose() => _metrics.Dispose();
}
