using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines a task to register.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TaskRegistration")]
public sealed record TaskRegistration
{
    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>Gets the task's name; see <see cref="TaskNames"/>.</summary>
    [Id(0)]
    public required string Name { get; init; }

    /// <summary>Gets the name of the handler. Null uses <see cref="Name"/>.</summary>
    [Id(1)]
    public string? Handler { get; init; }

    /// <summary>Gets the schedule. Null for a task that runs only by request.</summary>
    [Id(2)]
    public TaskSchedule? Schedule { get; init; }

    /// <summary>Gets the arguments of scheduled runs, and of other runs that bring none. Null for none.</summary>
    [Id(3)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>Gets the options of the task's runs. Null uses the defaults.</summary>
    [Id(4)]
    public TaskOptions? Options { get; init; }

    /// <summary>
    /// Gets a value indicating whether the registration fails if a task of this name exists and is not cancelled. Default: false, which
    /// replaces it.
    /// </summary>
    [Id(5)]
    public bool CreateOnly { get; init; }

    /// <summary>
    /// Gets the headers of every run of the task. A run's own header of the same name takes precedence. Default: null, for none. A name has
    /// 1 to 100 characters: ASCII letters, digits and <c>-_.:/</c>; case does not matter. A value has no control characters.
    /// <see cref="TaskEngineLimits.MaxHeaders"/> and <see cref="TaskEngineLimits.MaxHeadersSize"/> limit their number and size.
    /// </summary>
    /// <remarks>
    /// The dictionary is copied. Headers are not secret: they are kept with the result and displayed, unless the host's masking hook hides
    /// them.
    /// </remarks>
    public IReadOnlyDictionary<string, string>? Headers
    {
        get => _headers;
        init => _headers = TaskHeaders.Of(value);
    }

    internal IReadOnlyList<string> Faults(TaskEngineLimits? limits = null) =>
        Schedule?.Fault() is { } schedule ? [schedule, .. FaultsBesidesSchedule(limits)] : FaultsBesidesSchedule(limits);

    /// <summary>Returns the faults, except those of the schedule, which may take long to compute.</summary>
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
