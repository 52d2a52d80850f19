using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Configured;
using OrleansTasks.Handlers;
using OrleansTasks.Handlers.Filters;
using OrleansTasks.Records;
using OrleansTasks.Registration;
using OrleansTasks.Schedules.Timing;

namespace OrleansTasks;

/// <summary>Collects the handlers of a silo and the tasks that its code defines. <see cref="TaskNames"/> has the rules for names.</summary>
/// <remarks>
/// The run's arguments fill the handler's parameters (positional ones in order, named ones by name), then the run's DI scope, then their
/// defaults. <see cref="CancellationToken"/>, <see cref="TaskRunContext"/>, <see cref="TaskArguments"/>, <see cref="IServiceProvider"/> and
/// <c>ILogger</c> are those of the run. <see cref="FromContainerAttribute"/>, <see cref="FromArgumentsAttribute"/> and
/// <c>[FromKeyedServices]</c> set the source of a value. The methods do not throw for faults: one error at the start of the silo lists all
/// of them.
/// </remarks>
public sealed partial class TasksBuilder
{
    private readonly CodeDefinitions _definitions = new();
    private readonly GeneratedNames _generated = new();
    private List<Action<TasksOptions>> _settings = [];

    private readonly IServiceCollection _services;

    internal TasksBuilder(IServiceCollection? services = null) => _services = services ?? new ServiceCollection();

    /// <summary>
    /// Gets the faults of the definitions so far, one sentence for each, without those that only the container can reveal.
    /// </summary>
    internal IReadOnlyList<string> Faults => _definitions.Faults;

    /// <summary>Gets what the code says about configuration.</summary>
    internal ConfigurationRules ConfigurationRules { get; } = new();

    /// <summary>Gets or sets <see cref="TasksOptions.AutoStart"/>. Default: true.</summary>
    public bool AutoStart
    {
        get;
        set
        {
            field = value;
            Configure(options => options.AutoStart = value);
        }
    } = true;

    /// <summary>Sets options of the engine.</summary>
    /// <param name="options">Sets the options.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Configure(Action<TasksOptions> options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _settings.Add(options);
        return this;
    }

    /// <summary>
    /// Defines the limits that the runs of a group of tasks share (<see cref="TaskOptions.Group"/>). Limits that are set at run time remain
    /// until the code changes.
    /// </summary>
    /// <param name="name">The group's name. It follows the rules for task names (<see cref="TaskNames"/>).</param>
    /// <param name="limits">The limits.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Group(string name, RunGroup limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _definitions.AddGroup(name, limits);
        return this;
    }

    /// <summary>Adds a filter around the runs of all handlers of this silo, inside the filters that were added before.</summary>
    /// <typeparam name="TFilter">The filter: a service of the container, or a class that is created from the scope of each run.</typeparam>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder AddFilter<TFilter>()
        where TFilter : class, ITaskRunFilter => AddFilter(new FilterCode(typeof(TFilter), null, null));

    /// <summary>
    /// Adds a filter around the runs of one handler, inside the filters of all handlers and those that were added before.
    /// </summary>
    /// <typeparam name="TFilter">The filter: a service of the container, or a class that is created from the scope of each run.</typeparam>
    /// <param name="handler">The handler's name. It may be defined later. The filter applies to all tasks of the handler.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder AddFilter<TFilter>(string handler)
        where TFilter : class, ITaskRunFilter =>
            AddFilter(new FilterCode(typeof(TFilter), null, handler ?? throw new ArgumentNullException(nameof(handler))));

    /// <summary>Adds a filter around the runs of all handlers of this silo, or of one, as a lambda.</summary>
    /// <param name="filter">The filter; see <see cref="ITaskRunFilter.InvokeAsync"/>. <see cref="TaskRunContext.Services"/> is the run's
    /// scope.</param>
    /// <param name="handler">The handler's name. Null adds the filter to all handlers.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder AddFilter(Func<TaskRunContext, TaskRunDelegate, ValueTask<object?>> filter, string? handler = null)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return AddFilter(new FilterCode(null, new DelegateFilter(filter), handler));
    }

    /// <summary>Sets the headers of the runs of a task that the code defines (<see cref="TaskRegistration.Headers"/>).</summary>
    /// <param name="task">The task's name. It may be defined later.</param>
    /// <param name="headers">The headers.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Headers(string task, IReadOnlyDictionary<string, string> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        _definitions.AddHeaders(task, headers);
        return this;
    }

    /// <summary>Defines a task that runs only by request.</summary>
    /// <param name="name">The name of the task, and of its handler.</param>
    /// <param name="handler">The code: a lambda or method that returns nothing, a value, or a task of either.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Define(string name, Delegate handler, TaskOptions? options = null) =>
        Add(name, CodeOf(handler), null, null, options);

    /// <summary>
    /// Registers a class that has handlers as instance methods. It is created from the scope of each run and disposed with it. Generated
    /// code calls this method. An existing registration in the container is kept.
    /// </summary>
    /// <typeparam name="THandlers">The class. It needs one public constructor, or one that is marked
    /// <c>[ActivatorUtilitiesConstructor]</c>.</typeparam>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder AddHandlers<THandlers>()
        where THandlers : class
    {
        if (_services.All(static d => d.ServiceType != typeof(THandlers)))
        {
            var create = new Lazy<ObjectFactory<THandlers>>(static () => ActivatorUtilities.CreateFactory<THandlers>(Type.EmptyTypes));
            _services.AddScoped(services => create.Value(services, null));
            _definitions.AddClass(typeof(THandlers));
        }

        return this;
    }

    /// <summary>Defines a task with a handler class that runs only by request.</summary>
    /// <typeparam name="THandler">The handler class. It implements <see cref="ITaskHandler{TArguments, TResult}"/> exactly
    /// once.</typeparam>
    /// <param name="name">The name of the task, and of its handler.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Define<THandler>(string name, TaskOptions? options = null)
        where THandler : class => Add(name, new ClassCode(typeof(THandler)), null, null, options);

    /// <summary>Runs code once: each time the cluster starts from nothing, or only once ever.</summary>
    /// <param name="handler">The code that runs.</param>
    /// <param name="delay">The time after the start of the cluster or, with <paramref name="onlyOnce"/>, after the first registration. Null
    /// means at once.</param>
    /// <param name="name">The task's name. Null generates one.</param>
    /// <param name="onlyOnce">True to run once ever, rather than each time the cluster starts from nothing. Default: false.</param>
    /// <param name="arguments">The arguments. Null for none.</param>
    /// <param name="options">The options of the run. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Once(
        Delegate handler, TimeSpan? delay = null, string? name = null, bool onlyOnce = false, TaskArguments? arguments = null,
        TaskOptions? options = null)
    {
        var code = CodeOf(handler);
        var wait = delay ?? TimeSpan.Zero;
        name ??= _generated.Next(wait == TimeSpan.Zero ? "once" : $"once after {Durations.InWords(wait)}", handler);
        var schedule = TrySchedule(() => TaskSchedule.After(wait), out var faults);
        return Add(name, code, schedule, arguments, options, faults, eachClusterStart: !onlyOnce);
    }

    /// <summary>Runs code by a cron expression. See <see cref="TaskSchedule.Cron(string, string?)"/>.</summary>
    /// <param name="expression">The cron expression: five fields (minute, hour, day of month, month, day of week), or six with seconds
    /// first.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="timeZone">An IANA time zone id. Null uses UTC.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Cron(
        string expression, string name, Delegate handler, string? timeZone = null, TaskArguments? arguments = null,
        TaskOptions? options = null) =>
        AddCron(name, expression, timeZone, CodeOf(handler), arguments, options);

    /// <summary>Runs code by a cron expression, under a generated name. See <see cref="TaskSchedule.Cron(string, string?)"/>.</summary>
    /// <param name="expression">The cron expression: five fields (minute, hour, day of month, month, day of week), or six with seconds
    /// first.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="timeZone">An IANA time zone id. Null uses UTC.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Cron(string expression, Delegate handler, string? timeZone = null, TaskArguments? arguments = null,
        TaskOptions? options = null)
    {
        var code = CodeOf(handler);
        return AddCron(_generated.Next($"cron {expression}{(timeZone is null ? "" : " " + timeZone)}", handler), expression, timeZone, code,
            arguments, options);
    }

    /// <summary>Runs a handler class by a cron expression. See <see cref="TaskSchedule.Cron(string, string?)"/>.</summary>
    /// <typeparam name="THandler">The handler class. It implements <see cref="ITaskHandler{TArguments, TResult}"/> exactly
    /// once.</typeparam>
    /// <param name="expression">The cron expression: five fields (minute, hour, day of month, month, day of week), or six with seconds
    /// first.</param>
    /// <param name="name">The name of the task, and of its handler.</param>
    /// <param name="timeZone">An IANA time zone id. Null uses UTC.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Cron<THandler>(string expression, string name, string? timeZone = null, TaskArguments? arguments = null,
        TaskOptions? options = null)
        where THandler : class => AddCron(name, expression, timeZone, new ClassCode(typeof(THandler)), arguments, options);

    /// <summary>Runs code by a schedule.</summary>
    /// <param name="name">The task's name.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Schedule(string name, TaskSchedule schedule, Delegate handler, TaskOptions? options = null,
        TaskArguments? arguments = null)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return Add(name, CodeOf(handler), schedule, arguments, options);
    }

    /// <summary>Runs a handler class by a schedule.</summary>
    /// <typeparam name="THandler">The handler class. It implements <see cref="ITaskHandler{TArguments, TResult}"/> exactly
    /// once.</typeparam>
    /// <param name="name">The name of the task, and of its handler.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Schedule<THandler>(string name, TaskSchedule schedule, TaskOptions? options = null, TaskArguments? arguments = null)
        where THandler : class
    {
        ArgumentNullException.ThrowIfNull(schedule);
        return Add(name, new ClassCode(typeof(THandler)), schedule, arguments, options);
    }

    /// <summary>Defines a further task with a handler that is defined elsewhere: by this builder or on other silos.</summary>
    /// <param name="name">The task's name, which differs from the handler's.</param>
    /// <param name="schedule">The schedule.</param>
    /// <param name="handler">The handler's name.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Schedule(string name, TaskSchedule schedule, string handler, TaskOptions? options = null,
        TaskArguments? arguments = null)
    {
        ArgumentNullException.ThrowIfNull(schedule);
        _definitions.AddOnHandler(
            new TaskDefinition
            {
                Name = name,
                Handler = handler,
                Schedule = schedule,
                Arguments = arguments,
                Options = options ?? TaskOptions.Default
            });
        return this;
    }

    /// <summary>Compiles the handlers. It adds only the faults that it finds itself, and does not repeat <see cref="Faults"/>.</summary>
    /// <param name="services">The silo's container. It is asked what it has, and creates nothing.</param>
    /// <param name="faults">
    /// Receives what can never work: parameters without a possible value, signatures that cannot be called, a schedule's arguments that do
    /// not fit, and values that JSON would not keep completely.
    /// </param>
    internal HandlerCatalog Build(IServiceProvider services, List<string> faults) => _definitions.Build(services, faults);

    /// <summary>Returns the settings that were added since the last call.</summary>
    internal IReadOnlyList<Action<TasksOptions>> TakeSettings()
    {
        var settings = _settings;
        _settings = [];
        return settings;
    }

    private static DelegateCode CodeOf(Delegate handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new DelegateCode(handler);
    }

    private TasksBuilder AddFilter(FilterCode filter)
    {
        _definitions.AddFilter(filter);
        return this;
    }

    private TasksBuilder AddCron(string name, string expression, string? timeZone, HandlerCode code, TaskArguments? arguments,
        TaskOptions? options)
    {
        var schedule = TrySchedule(() => TaskSchedule.Cron(expression, timeZone), out var faults);
        return Add(name, code, schedule, arguments, options, faults);
    }

    private TasksBuilder AddEvery(string? name, Func<TimeSpan> interval, HandlerCode code, TaskArguments? arguments, TaskOptions? options)
    {
        var schedule = TrySchedule(() => TaskSchedule.Every(interval()), out var faults);
        name ??= _generated.Next(schedule?.Describe() ?? "every", ((DelegateCode)code).Handler);
        return Add(name, code, schedule, arguments, options, faults);
    }

    private static TaskSchedule? TrySchedule(Func<TaskSchedule> make, out IReadOnlyList<string> faults)
    {
        faults = [];
        try
        {
            return make();
        }
        catch (InvalidTaskException e)
        {
            faults = e.Faults;
        }
        catch (Exception e) when (e is OverflowException or ArgumentException)
        {
            faults = [$"The period is no duration: {e.Message}"];
        }

        return null;
    }

    private TasksBuilder Add(
        string name, HandlerCode code, TaskSchedule? schedule, TaskArguments? arguments, TaskOptions? options,
        IReadOnlyList<string>? scheduleFaults = null, bool eachClusterStart = false)
    {
        _definitions.Add(name, code, schedule, arguments, options, scheduleFaults ?? [], eachClusterStart);
        return this;
    }
}
