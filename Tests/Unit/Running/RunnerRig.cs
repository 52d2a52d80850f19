using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Calls;
using OrleansTasks.Handlers;
using OrleansTasks.Handlers.Binding;
using OrleansTasks.Publishing;
using OrleansTasks.Running;
using OrleansTasks.Runs;
using OrleansTasks.Watching;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>
/// Runs a silo's runner with all its parts, on a clock that the test moves, without a silo. Handlers run on the threads of the process, as
/// in a silo.
/// </summary>
internal sealed class RunnerRig : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly ConcurrentDictionary<string, ITaskInvoker> _handlers = new();

    public RunnerRig(Action<TasksOptions>? set = null, Action<IServiceCollection>? register = null, ILogger<RunExecutor>? log = null)
    {
        Wall = new SteppedClock(Clock);
        var options = new TasksOptions { MaxConcurrentRuns = 1, PlacesForOccurrences = 0 };
        set?.Invoke(options);
        var services = new ServiceCollection();
        register?.Invoke(services);
        _services = services.BuildServiceProvider();
        var settings = Options.Create(options);
        log ??= NullLogger<RunExecutor>.Instance;
        var attempts = new AttemptRunner(
            _services.GetRequiredService<IServiceScopeFactory>(),
            new RunControls(FakeOf<IGrainFactory>.New().Face, FakeOf<ITaskClient>.New().Face, settings, Clock, Clock, log),
            new ThrownReader(TimeProvider.System, settings),
            new EventPublisher(null!, Clock, settings, NullLogger<EventPublisher>.Instance),
            FakeOf<ILocalSiloDetails>.New().On("get_SiloAddress", static _ => TaskRig.Here).Face,
            settings,
            Wall,
            Metrics = new SiloMetrics(settings),
            log);
        var silo = FakeOf<ILocalSiloDetails>.New().On("get_SiloAddress", static _ => TaskRig.Here).Face;
        var grains = FakeOf<IGrainFactory>.New().On(nameof(IGrainFactory.GetGrain), _ => TaskGrain.Face).Face;
        var checks = new OrderChecks(grains, Standstills = new Standstills(Steady), silo, Steady, log);
        Drained = new DrainedSilos(silo);
        Executor = new RunExecutor(new HandlerCatalog(_handlers, []), attempts, checks, Drained, settings, Wall, log);
    }

    public FakeTimeProvider Clock { get; } = new(TaskRig.Start);

    /// <summary>Gets the clock by which the silo notices that it was paused.</summary>
    public FakeTimeProvider Steady { get; } = new(TaskRig.Start);

    public Standstills Standstills { get; }

    /// <summary>Gets which silos are drained.</summary>
    public DrainedSilos Drained { get; }

    public SiloMetrics Metrics { get; }

    /// <summary>Gets the grain that stands for every task.</summary>
    public FakeOf<ITaskEngine> TaskGrain { get; } = FakeOf<ITaskEngine>.New();

    /// <summary>Gets the silo's wall clock, which may be wrong.</summary>
    public SteppedClock Wall { get; }

    public RunExecutor Executor { get; }

    public static RunOrder Order(int run, string handler = "h", RunPriority priority = RunPriority.Normal,
        RunTrigger trigger = RunTrigger.Dispatch) => new()
        {
            RunId = RunId.Of("t", TaskRig.Start.AddSeconds(run)),
            Handler = handler,
            ScheduledAt = TaskRig.Start.AddSeconds(run),
            Arguments = TaskArguments.None,
            Attempt = 1,
            Priority = priority,
            Trigger = trigger,
        };

    /// <summary>Adds a handler.</summary>
    public RunnerRig Define(string name, Func<IServiceProvider, TaskRunContext, Task> handler)
    {
        _handlers[name] = new Handler(handler);
        return this;
    }

    /// <summary>Starts an attempt, which may wait for a place.</summary>
    public Watcher Start(RunOrder order)
    {
        Assert.True(TryStart(order, out var watcher));
        return watcher;
    }

    public bool TryStart(RunOrder order, [NotNullWhen(true)] out Watcher? watcher)
    {
        watcher = new Watcher();
        if (!Executor.TryStart(order, mayQueue: true, watcher, out var run))
        {
            watcher = null;
            return false;
        }

        watcher.Run = run;
        return true;
    }

    /// <summary>Defines a handler that reports its start and then waits until the test releases it.</summary>
    public (Task Begun, TaskCompletionSource LetGo) DefineHeld(string name)
    {
        var (begun, letGo) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously),
            new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        Define(name, async (_, _) =>
        {
            begun.TrySetResult();
            await letGo.Task;
        });
        return (begun.Task, letGo);
    }

    /// <summary>Waits until all attempts have returned their places.</summary>
    public async Task UntilQuietAsync()
    {
        // An attempt reports its end shortly before it returns its place, on a thread of its own.
        while (Executor.Active > 0)
        {
            await Task.Yield();
        }
    }

    public void Dispose() => _services.Dispose();

    /// <summary>Represents the sender of an order.</summary>
    internal sealed class Watcher : IRunObserver
    {
        private readonly TaskCompletionSource<RunOutcome> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ILocalRun Run { get; set; } = null!;

        public Task<RunOutcome> Ended => _ended.Task;

        public int Ignored { get; private set; }

        /// <summary>Gets or sets the action for the end of the attempt, while the silo still has it.</summary>
        public Action<ILocalRun> OnEnding { get; set; } = static _ => { };

        public void OnProgress(ILocalRun run, RunProgress progress)
        {
        }

        public void OnIgnoring(ILocalRun run) => Ignored++;

        public void OnEnd(ILocalRun run, RunOutcome outcome)
        {
            _ended.SetResult(outcome);
            OnEnding(run);
        }
    }

    private sealed class Handler(Func<IServiceProvider, TaskRunContext, Task> call) : ITaskInvoker
    {
        public IReadOnlyList<HandlerParameter> Parameters => [];

        public bool TakesAll => false;

        public string? ValueFault => null;

        public void Check(string task, TaskArguments arguments)
        {
        }

        public async ValueTask<byte[]?> InvokeAsync(IServiceProvider services, TaskRunContext run, bool wantsValue)
        {
            await call(services, run);
            return wantsValue ? Encoding.UTF8.GetBytes("7") : null;
        }

        public async ValueTask<object?> CallAsync(IServiceProvider services, TaskRunContext run, MadeObjects made)
        {
            await call(services, run);
            return 7;
        }

        public byte[]? Write(object? value, string task) => Encoding.UTF8.GetBytes($"{value}");
    }
}
