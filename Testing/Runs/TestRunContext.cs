using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Testing.Runs;
using OrleansTasks.Values;

namespace OrleansTasks.Testing;

/// <summary>
/// Provides a <see cref="TaskRunContext"/> for code that takes one: a handler that a test calls directly, or a filter. It records the
/// operations on it.
/// </summary>
/// <example><code>
/// var run = new TestRunContext { Attempt = 2 };
/// await new Import().RunAsync("file.csv", run, CancellationToken.None);
/// Assert.Equal(1, run.Progress[^1].Fraction);
/// </code></example>
public sealed class TestRunContext
{
    private static readonly IServiceProvider EmptyServices = new ServiceCollection().BuildServiceProvider();
    private readonly FakeTaskClient _client;
    private readonly RunNotes _notes;
    private readonly Lazy<TaskRunContext> _context;

    /// <summary>Makes a context.</summary>
    /// <param name="time">The clock for reports and messages. Default: null, which uses the system's clock.</param>
    public TestRunContext(TimeProvider? time = null)
    {
        _client = new FakeTaskClient(time);
        _notes = new RunNotes(_client, time ?? TimeProvider.System, TaskEngineLimits.Default.MaxCheckpointSize);
        _context = new Lazy<TaskRunContext>(Make);
    }

    /// <summary>Gets the task's name. Default: <see cref="TaskRun.DefaultTask"/>.</summary>
    public string Task { get; init; } = TaskRun.DefaultTask;

    /// <summary>Gets the run's id. Default: null, which creates that of an occurrence of the task at <see cref="ScheduledAt"/>.</summary>
    public RunId? RunId { get; init; }

    /// <summary>Gets the number of the attempt. Default: 1.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>Gets the number of further attempts. Default: 0.</summary>
    public int? AttemptsLeft { get; init; } = 0;

    /// <summary>Gets what created the run. Default: <see cref="RunTrigger.Request"/>.</summary>
    public RunTrigger Trigger { get; init; }

    /// <summary>Gets the due time of the run. Default: <see cref="TaskRun.DefaultInstant"/>.</summary>
    public DateTimeOffset ScheduledAt { get; init; } = TaskRun.DefaultInstant;

    /// <summary>Gets the arguments. Default: none.</summary>
    public TaskArguments Arguments { get; init; } = TaskArguments.None;

    /// <summary>Gets the headers. Default: none.</summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Gets the name of whoever requested the run. Default: null.</summary>
    public string? RequestedBy { get; init; }

    /// <summary>Gets the run that it follows. Default: none.</summary>
    public RunId? Parent { get; init; }

    /// <summary>Gets the instant at which the attempt is cancelled. Default: null, for never.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>Gets the services of the run. Default: none.</summary>
    public IServiceProvider? Services { get; init; }

    /// <summary>Gets the context's token. Default: a token that is never cancelled.</summary>
    public CancellationToken CancellationToken { get; init; }

    /// <summary>Gets the context. It is the same object each time.</summary>
    public TaskRunContext Context => _context.Value;

    /// <summary>Gets all progress reports.</summary>
    public IReadOnlyList<RunProgress> Progress => _notes.Progress;

    /// <summary>Gets what was saved for a next attempt.</summary>
    public SavedCheckpoints Saved => _notes.Saved;

    /// <summary>Gets the broadcast messages.</summary>
    public IReadOnlyList<BroadcastMessage> Broadcasts => _client.Broadcasts;

    /// <summary>Gets a value indicating whether the task was cancelled through the context.</summary>
    public bool IsTaskCancelled => _client.CancelledTasks.Count > 0;

    /// <summary>Makes the context one of an attempt before which a value was saved. Must be called before the context is used.</summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns>The same instance, so that calls can be chained.</returns>
    public TestRunContext WithCheckpoint<T>(T value)
    {
        _notes.Before = (_notes.Before ?? new()) with { Value = TaskJson.Write(value, typeof(T)) };
        return this;
    }

    /// <summary>Makes the context one of an attempt before which a step was completed. Must be called before the context is used.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="name">The step's name.</param>
    /// <param name="result">The step's result.</param>
    /// <returns>The same instance, so that calls can be chained.</returns>
    public TestRunContext WithStep<T>(string name, T result)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _notes.Before = (_notes.Before ?? new()).WithStep(name, TaskJson.Write(result, typeof(T)));
        return this;
    }

    /// <summary>Returns the context.</summary>
    /// <param name="run">The instance that has the context.</param>
    public static implicit operator TaskRunContext(TestRunContext run)
    {
        ArgumentNullException.ThrowIfNull(run);
        return run.Context;
    }

    /// <summary>Returns the context.</summary>
    /// <returns><see cref="Context"/>.</returns>
    public TaskRunContext ToTaskRunContext() => Context;

    private TaskRunContext Make() => new(_notes.For(RunId ?? OrleansTasks.RunId.Of(Task, ScheduledAt), Attempt, CancellationToken),
        CancellationToken)
    {
        RunId = RunId ?? OrleansTasks.RunId.Of(Task, ScheduledAt),
        Attempt = Attempt,
        AttemptsLeft = AttemptsLeft,
        Trigger = Trigger,
        ScheduledAt = ScheduledAt,
        Arguments = Arguments,
        Headers = TaskHeaders.Of(Headers, TaskHeaders.None),
        RequestedBy = RequestedBy,
        Parent = Parent,
        Deadline = Deadline,
        Services = Services ?? EmptyServices,
    };
}
