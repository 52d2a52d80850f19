using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Handlers;
using OrleansTasks.Handlers.Contexts;

namespace OrleansTasks.Tests.Unit;

/// <summary>Runs one handler, built as a silo builds it, in a scope of its own.</summary>
internal sealed class HandlerRig : IDisposable
{
    public const string Name = "it";

    private readonly ServiceProvider _services;
    private readonly ITaskInvoker? _invoker;

    public HandlerRig(Action<TasksBuilder> define, Action<IServiceCollection>? register = null)
    {
        var services = new ServiceCollection().AddLogging();
        register?.Invoke(services);
        var builder = new TasksBuilder(services);
        define(builder);
        _services = services.BuildServiceProvider(validateScopes: true);
        Catalog = builder.Build(_services, Faults);
        Faults.InsertRange(0, builder.Faults);
        Catalog.TryGet(Name, out _invoker);
    }

    /// <summary>Gets or sets the token that stops the runs.</summary>
    public CancellationToken Stop { get; set; }

    public List<string> Faults { get; } = [];

    public HandlerCatalog Catalog { get; }

    public IServiceProvider Services => _services;

    public static HandlerRig Of(Delegate handler, Action<IServiceCollection>? register = null) =>
        new(b => b.Define(Name, handler), register);

    public static HandlerRig Of<THandler>(Action<IServiceCollection>? register = null)
        where THandler : class => new(b => b.Define<THandler>(Name), register);

    public void Check(TaskArguments arguments) => Invoker().Check(Name, arguments);

    public TaskArgumentException CheckFails(TaskArguments arguments) => Assert.Throws<TaskArgumentException>(() => Check(arguments));

    /// <summary>Returns the value's JSON. Null if there is no value.</summary>
    public async Task<string?> RunAsync(TaskArguments? arguments = null, bool wantsValue = true)
    {
        await using var scope = _services.CreateAsyncScope();
        var run = new TaskRunContext(new NoControl(), Stop)
        {
            RunId = new RunId(Name, Guid.Empty),
            Attempt = 1,
            Trigger = RunTrigger.Request,
            ScheduledAt = DateTimeOffset.UnixEpoch,
            Arguments = arguments ?? TaskArguments.None,
        };
        var json = await Invoker().InvokeAsync(scope.ServiceProvider, run, wantsValue);
        return json is null ? null : Encoding.UTF8.GetString(json);
    }

    public async Task<T?> RunAsync<T>(TaskArguments? arguments = null) =>
        JsonSerializer.Deserialize<T>(await RunAsync(arguments) ?? "null", TaskJson.Options);

    public void Dispose() => _services.Dispose();

    private ITaskInvoker Invoker() => _invoker ?? throw new InvalidOperationException(string.Join(" ", Faults));

    private sealed class NoControl : IRunControl
    {
        public void Report(double? fraction, string? message, object? data)
        {
        }

        public Task<bool> CancelTaskAsync() => Task.FromResult(true);

        public Task BroadcastAsync<T>(T message, CancellationToken ct) => Task.CompletedTask;

        public CheckpointKeeper Checkpoints => throw new NotSupportedException();
    }
}

/// <summary>Records the categories of the created loggers.</summary>
internal sealed class CategoryRecorder : ILoggerFactory
{
    public List<string> Categories { get; } = [];

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public ILogger CreateLogger(string categoryName)
    {
        Categories.Add(categoryName);
        return Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance;
    }

    public void Dispose()
    {
    }
}
