using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Records;
using OrleansTasks.Values;

namespace OrleansTasks.Testing.Runs;

/// <summary>Describes a run before it is executed.</summary>
internal sealed class RunPlan
{
    private IServiceProvider? _given;
    private List<Action<IServiceCollection>> _added = [];

    /// <summary>Gets the handler: its class, or its delegate.</summary>
    public required object Handler { get; init; }

    public required Action<TasksBuilder, string, TaskOptions> Define { get; init; }

    public string Task { get; set; } = TaskRun.DefaultTask;

    public TaskArguments Arguments { get; set; } = TaskArguments.None;

    public DateTimeOffset? At { get; set; }

    public int Attempt { get; set; } = 1;

    public RunCheckpoint? Checkpoint { get; set; }

    public RunTrigger Trigger { get; set; }

    public string? RequestedBy { get; set; }

    public Dictionary<string, string> Headers { get; private set; } = new(StringComparer.OrdinalIgnoreCase);

    public TaskOptions Options { get; set; } = TaskOptions.Default;

    public RetryPolicy? Retry { get; set; }

    public TimeSpan? Timeout { get; set; }

    public TimeSpan? RunTimeout { get; set; }

    public List<Action<TasksBuilder>> Filters { get; private set; } = [];

    public TimeProvider? Clock { get; set; }

    public TimeSpan? CancelAfter { get; set; }

    public CancellationToken CancelBy { get; set; }

    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets the given container. Null: the run creates its own.</summary>
    public IServiceProvider? Given => _given;

    /// <summary>Gets what is added to the run's own container.</summary>
    public IReadOnlyList<Action<IServiceCollection>> Added => _added;

    /// <summary>Gets the options of the task, with the settings of the run.</summary>
    public TaskOptions EffectiveOptions => Options with
    {
        Retry = Retry ?? Options.Retry,
        Timeout = Timeout ?? Options.Timeout,
        RunTimeout = RunTimeout ?? Options.RunTimeout,
        LogLines = Options.LogLines ?? 1000,
    };

    public void Use(IServiceProvider services)
    {
        if (_added.Count > 0)
        {
            throw new InvalidOperationException($"Both services and a container are given to the run of '{Task}'. Give it only one of "
                + "them.");
        }

        _given = services;
    }

    public void Add(Action<IServiceCollection> configure)
    {
        if (_given is not null)
        {
            throw new InvalidOperationException($"Both a container and services are given to the run of '{Task}'. Give it only one of "
                + "them.");
        }

        _added.Add(configure);
    }

    /// <summary>Returns the faults.</summary>
    public IReadOnlyList<string> Faults() =>
        new TaskRegistration { Name = Task, Arguments = Arguments, Headers = TaskHeaders.Of(Headers), Options = EffectiveOptions }.Faults();

    public RunPlan Copy()
    {
        var copy = (RunPlan)MemberwiseClone();
        (copy._added, copy.Filters, copy.Headers) = ([.. _added], [.. Filters], new(Headers, StringComparer.OrdinalIgnoreCase));
        return copy;
    }
}
