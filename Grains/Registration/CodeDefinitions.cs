using OrleansTasks.Handlers;
using OrleansTasks.Handlers.Binding;
using OrleansTasks.Operations;
using OrleansTasks.Records;
using OrleansTasks.Values;

namespace OrleansTasks.Registration;

/// <summary>
/// Collects the handlers, tasks and groups that a silo's code defines. It decides which of them belong together, and describes the faults
/// of the others.
/// </summary>
internal sealed class CodeDefinitions
{
    private readonly Dictionary<string, HandlerCode> _handlers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskDefinition> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RunGroup> _groups = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TaskHeaders> _headers = new(StringComparer.Ordinal);
    private readonly List<FilterCode> _filters = [];
    private readonly List<Type> _classes = [];
    private readonly List<string> _faults = [];

    /// <summary>Gets the faults found so far, one sentence for each, without those that only the container can reveal.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Adds the limits of a group.</summary>
    public void AddGroup(string name, RunGroup limits)
    {
        if (TaskNames.Fault(name) is { } fault)
        {
            _faults.Add($"Group '{name}': {fault}");
        }
        else if (!_groups.TryAdd(name, limits) && _groups[name] != limits)
        {
            _faults.Add($"Group '{name}' is defined twice, with different limits. Define it once.");
        }

        _faults.AddRange(limits.Faults().Select(f => $"Group '{name}': {f}"));
    }

    /// <summary>Adds a filter. The first one is outermost.</summary>
    public void AddFilter(FilterCode filter) => _filters.Add(filter);

    /// <summary>Adds a class that is created for runs. It is checked when all services are known.</summary>
    public void AddClass(Type type) => _classes.Add(type);

    /// <summary>Adds the headers of a task, which may be defined later.</summary>
    public void AddHeaders(string task, IReadOnlyDictionary<string, string> headers)
    {
        var given = TaskHeaders.Of(headers, TaskHeaders.None);
        _faults.AddRange(TaskHeaders.Faults($"Task '{task}', headers", given));
        if (!_headers.TryAdd(task, given) && !_headers[task].Equals(given))
        {
            _faults.Add($"Task '{task}' has two different sets of headers; set them once.");
        }
    }

    /// <summary>Adds a task with a handler of the same name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="code">The handler.</param>
    /// <param name="schedule">When it runs, or null if it runs only by request, or if the schedule has a fault.</param>
    /// <param name="arguments">The arguments of its scheduled runs.</param>
    /// <param name="options">The options of its runs, or null for the defaults.</param>
    /// <param name="scheduleFaults">The faults of the schedule.</param>
    /// <param name="eachClusterStart">Whether it runs each time the cluster starts from nothing.</param>
    public void Add(string name, HandlerCode code, TaskSchedule? schedule, TaskArguments? arguments, TaskOptions? options,
        IReadOnlyList<string> scheduleFaults, bool eachClusterStart)
    {
        _faults.AddRange(scheduleFaults.Select(f => $"Task '{name}': {f}"));
        if (TaskNames.Fault(name) is { } fault)
        {
            _faults.Add(fault);
        }
        else if (SystemTasks.Has(name))
        {
            _faults.Add($"Task '{name}': names that begin with '{SystemTasks.Prefix}' are reserved for the engine's own tasks. Use "
                + "another name.");
        }
        else if (!_handlers.TryAdd(name, code) && _handlers[name] != code)
        {
            _faults.Add($"Task '{name}' is defined twice with different handlers; use one for each name.");
        }
        else
        {
            AddTask(
                new TaskDefinition
                {
                    Name = name,
                    Handler = name,
                    Schedule = schedule,
                    Arguments = arguments,
                    Options = options ?? TaskOptions.Default,
                    EachClusterStart = eachClusterStart
                });
        }
    }

    /// <summary>Adds another task on a handler that is defined elsewhere.</summary>
    public void AddOnHandler(TaskDefinition task)
    {
        if (TaskNames.Fault(task.Handler) is { } fault)
        {
            _faults.Add($"Task '{task.Name}', handler: {fault}");
        }

        AddTask(task);
    }

    /// <summary>Compiles the handlers. It adds only the faults that it finds itself, and does not repeat <see cref="Faults"/>.</summary>
    /// <param name="services">The silo's container. It is asked what it has, and creates nothing.</param>
    /// <param name="faults">
    /// Receives what can never work: parameters without a possible value, signatures that cannot be called, a schedule's arguments that do
    /// not fit, and values that JSON would not keep completely.
    /// </param>
    public HandlerCatalog Build(IServiceProvider services, List<string> faults)
    {
        var container = new ContainerView(services);
        var invokers = new Dictionary<string, ITaskInvoker>(StringComparer.Ordinal);
        foreach (var (name, code) in _handlers)
        {
            if (code.Compile(name, container, faults) is { } invoker)
            {
                invokers.Add(name, invoker);
            }
        }

        foreach (var type in _classes)
        {
            ConstructorCheck.Check("Handlers", type, container, faults);
        }

        foreach (var (name, handler) in SystemHandlers.All)
        {
            // If the container lacks a required service, as in tests of parts, there is no such handler.
            if (new DelegateCode(handler).Compile(name, container, []) is { } invoker)
            {
                invokers.Add(name, invoker);
            }
        }

        FilterCode.Apply(_filters, invokers, _handlers.Keys, container, faults);
        faults.AddRange(_headers.Keys.Where(t => !_tasks.ContainsKey(t)).Select(static t => $"Task '{t}' has headers, but is not defined "
            + "on this silo. Define it, or remove the headers."));
        foreach (var scheduled in _tasks.Values.Where(d => d.Schedule is not null))
        {
            if (invokers.TryGetValue(scheduled.Handler, out var invoker) && ArgumentFault(invoker, scheduled) is { } fault)
            {
                faults.Add($"Task '{scheduled.Name}', scheduled runs: {fault}");
            }
        }

        foreach (var sending in _tasks.Values.Where(d => d.Options.SendReturnValues))
        {
            if (invokers.TryGetValue(sending.Handler, out var invoker) && invoker.ValueFault is { } fault)
            {
                faults.Add($"Task '{sending.Name}': the value of its handler is lost in JSON: {fault}; or set SendReturnValues to false.");
            }
        }

        return new HandlerCatalog(invokers, [.. _tasks.Values.Select(WithHeaders)], _groups);
    }

    private TaskDefinition WithHeaders(TaskDefinition task) =>
        _headers.TryGetValue(task.Name, out var headers) && headers.Count > 0 ? task with { Headers = headers } : task;

    private static string? ArgumentFault(ITaskInvoker invoker, TaskDefinition task)
    {
        try
        {
            invoker.Check(task.Name, task.Arguments ?? TaskArguments.None);
            return null;
        }
        catch (TaskArgumentException e)
        {
            return e.Message;
        }
    }

    private void AddTask(TaskDefinition task)
    {
        var faults = new TaskRegistration { Name = task.Name, Options = task.Options }.Faults(TaskEngineLimits.Widest);
        if (faults.Count == 0 && !_tasks.TryAdd(task.Name, task) && _tasks[task.Name] != task)
        {
            faults = ["it is defined twice with different schedules, arguments or options; each name is one task."];
        }

        _faults.AddRange(faults.Select(f => $"Task '{task.Name}': {f}"));
    }
}
