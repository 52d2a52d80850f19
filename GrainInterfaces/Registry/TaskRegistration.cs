using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>A task to be put into the registry.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskRegistration")]
public sealed record TaskRegistration
{
    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>The task's name; see <see cref="TaskNames"/>.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>The name of the handler that runs it. Null: the same as <see cref="Name"/>.</summary>
    [Id(1)]
    public string? Handler { get; init; }

    /// <summary>When it runs. Null: only by request.</summary>
    [Id(2)]
    public TaskSchedule? Schedule { get; init; }

    /// <summary>The arguments of scheduled runs, and of others that bring none. Null: none.</summary>
    [Id(3)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>How its runs are treated. Null: the defaults.</summary>
    [Id(4)]
    public TaskOptions? Options { get; init; }

    /// <summary>Whether a task of this name that exists already, and is not cancelled, makes the registration fail. Default: false, it is replaced.</summary>
    [Id(5)]
    public bool CreateOnly { get; init; }

    /// <summary>
    /// What goes with every run of the task besides its arguments: occurrences, and others, unless they bring another header of that name. Null, the default: none. Names have 1 to 100 characters, letters and digits of ASCII and any of <c>-_.:/</c>, and are the same in whatever
    /// case; texts have no control characters. How many there may be, and how large: <see cref="TaskEngineLimits.MaxHeaders"/>, <see cref="TaskEngineLimits.MaxHeadersSize"/>.
    /// </summary>
    /// <remarks>The dictionary is copied. Headers are not secret: they are kept with the result and shown, unless the masking hook of the host hides them.</remarks>
    public IReadOnlyDictionary<string, string>? Headers
    {
        get => _headers;
        init => _headers = TaskHeaders.Of(value);
    }

    internal IReadOnlyList<string> Faults(TaskEngineLimits? limits = null) =>
        Schedule?.Fault() is { } schedule ? [schedule, .. FaultsBesidesSchedule(limits)] : FaultsBesidesSchedule(limits);

    /// <summary>What is wrong apart from the schedule, which may take long to look ahead in.</summary>
    internal IReadOnlyList<string> FaultsBesidesSchedule(TaskEngineLimits? limits = null)
    {
        var faults = new List<string>();
        if (TaskNames.Fault(Name) is { } name)
        {
            faults.Add(name);
        }

        if (Handler is not null && TaskNames.Fault(Handler) is { } handler)
        {
            faults.Add("Handler: " + handler);
        }

        if (Arguments?.Fault() is { } arguments)
        {
            faults.Add(arguments);
        }

        faults.AddRange(TaskHeaders.Faults("Headers", _headers));
        faults.AddRange(Options?.Faults(limits) ?? []);
        return faults;
    }
}
