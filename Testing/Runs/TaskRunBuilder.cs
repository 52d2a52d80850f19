using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Testing.Runs;

namespace OrleansTasks.Testing;

/// <summary>Builds a run of one handler. <see cref="RunAsync"/> starts it.</summary>
/// <remarks>
/// The run has its own DI scope and ends as it would on a silo: its arguments are converted to JSON and back, and filters surround it. Time
/// is virtual unless <see cref="WithClock"/> sets a clock: when the handler waits for its <see cref="TimeProvider"/>, or a retry is due
/// later, the clock moves on at once. Every call of <see cref="RunAsync"/> starts another run.
/// </remarks>
public sealed class TaskRunBuilder
{
    private readonly RunPlan _plan;

    internal TaskRunBuilder(object handler, Action<TasksBuilder, string, TaskOptions> define) =>
        _plan = new RunPlan { Handler = handler, Define = define };

    /// <summary>
    /// Uses services of an existing container. Logging, <see cref="TimeProvider"/> and <see cref="ITaskClient"/> are added if they are
    /// missing.
    /// </summary>
    /// <param name="services">The container. It is not disposed.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="InvalidOperationException">Services were added to the run's own container before.</exception>
    public TaskRunBuilder With(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        _plan.Use(services);
        return this;
    }

    /// <summary>
    /// Starts the run as if an earlier attempt had saved a value (<see cref="TaskRunContext.SaveCheckpointAsync{T}(T)"/>).
    /// </summary>
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">The value.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder WithCheckpoint<T>(T value)
    {
        _plan.Checkpoint = (_plan.Checkpoint ?? new()) with { Value = TaskJson.Write(value, typeof(T)) };
        return this;
    }

    /// <summary>Starts the run as if an earlier attempt had completed a step.</summary>
    /// <typeparam name="T">The result's type.</typeparam>
    /// <param name="name">The step's name.</param>
    /// <param name="result">The step's result.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder WithStep<T>(string name, T result)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _plan.Checkpoint = (_plan.Checkpoint ?? new()).WithStep(name, TaskJson.Write(result, typeof(T)));
        return this;
    }

    /// <summary>Starts the run as if an earlier attempt had done items of a list (<see cref="TaskRunContext.Items{T}"/>).</summary>
    /// <param name="done">The number of items, from zero.</param>
    /// <param name="name">The list's name. Default: "items".</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder WithItemsDone(int done, string name = "items")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(done);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        _plan.Checkpoint = (_plan.Checkpoint ?? new()).WithItems(name, done);
        return this;
    }

    /// <summary>
    /// Adds services to the run's own container. Logging, a <see cref="TimeProvider"/> and a <see cref="FakeTaskClient"/> are added if they
    /// are missing.
    /// </summary>
    /// <param name="services">The services. They are copied.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="InvalidOperationException">A container was set before.</exception>
    public TaskRunBuilder With(IServiceCollection services)
    {
        ArgumentNullException.ThrowIfNull(services);
        ServiceDescriptor[] copy = [.. services];
        _plan.Add(own =>
        {
            foreach (var service in copy)
            {
                own.Add(service);
            }
        });
        return this;
    }

    /// <summary>Adds services to the run's own container. See <see cref="With(IServiceCollection)"/>.</summary>
    /// <param name="configure">Adds the services, separately for each run.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="InvalidOperationException">A container was set before.</exception>
    public TaskRunBuilder With(Action<IServiceCollection> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _plan.Add(configure);
        return this;
    }

    /// <summary>Sets the task's name. Default: <see cref="TaskRun.DefaultTask"/>.</summary>
    /// <param name="task">The name.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="InvalidTaskException">The name is not a valid task name.</exception>
    public TaskRunBuilder Named(string task)
    {
        _plan.Task = TaskNames.Check(task);
        return this;
    }

    /// <summary>
    /// Sets the arguments: a list of positional ones, or named ones such as <c>TaskArguments.Named(("n", 13))</c>. Default: none.
    /// </summary>
    /// <param name="arguments">The arguments.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder WithArguments(params TaskArguments arguments)
    {
        _plan.Arguments = arguments ?? TaskArguments.None;
        return this;
    }

    /// <summary>
    /// Sets the instant at which the run is due. A virtual clock begins with it. Default: <see cref="TaskRun.DefaultInstant"/>, or the
    /// current time of a given clock.
    /// </summary>
    /// <param name="instant">The instant.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder At(DateTimeOffset instant)
    {
        _plan.At = instant;
        return this;
    }

    /// <summary>Sets the number of the attempt. Earlier attempts have failed. Default: 1.</summary>
    /// <param name="attempt">The number, from 1.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number is less than 1.</exception>
    public TaskRunBuilder Attempt(int attempt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        _plan.Attempt = attempt;
        return this;
    }

    /// <summary>Sets what created the run. Default: <see cref="RunTrigger.Request"/>.</summary>
    /// <param name="trigger">The trigger.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder TriggeredBy(RunTrigger trigger)
    {
        _plan.Trigger = trigger;
        return this;
    }

    /// <summary>Sets the name of whoever requested the run. Default: none.</summary>
    /// <param name="actor">The name. Null for none.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder RequestedBy(string? actor)
    {
        _plan.RequestedBy = actor;
        return this;
    }

    /// <summary>Sets a header of the run.</summary>
    /// <param name="name">The header's name.</param>
    /// <param name="value">The header's value.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder WithHeader(string name, string value)
    {
        _plan.Headers[name] = value;
        return this;
    }

    /// <summary>Sets headers of the run.</summary>
    /// <param name="headers">The headers.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder WithHeaders(IReadOnlyDictionary<string, string> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        foreach (var (name, value) in headers)
        {
            _plan.Headers[name] = value;
        }

        return this;
    }

    /// <summary>Sets the task's options. <see cref="WithRetry"/> and <see cref="WithTimeout"/> take precedence.</summary>
    /// <param name="options">The options. Only those that concern one run apply.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder WithOptions(TaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _plan.Options = options;
        return this;
    }

    /// <summary>
    /// Sets whether and when the run is retried. Default: no retry. Waits between attempts take no time unless a clock is set.
    /// </summary>
    /// <param name="policy">The policy.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder WithRetry(RetryPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _plan.Retry = policy;
        return this;
    }

    /// <summary>Sets the maximum time of an attempt by the run's clock. Default: no limit.</summary>
    /// <param name="timeout">The timeout.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder WithTimeout(TimeSpan timeout)
    {
        _plan.Timeout = timeout;
        return this;
    }

    /// <summary>Sets the maximum time of the run as a whole, with all attempts and the waits between them. Default: no limit.</summary>
    /// <param name="timeout">The timeout, from the due time.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder WithRunTimeout(TimeSpan timeout)
    {
        _plan.RunTimeout = timeout;
        return this;
    }

    /// <summary>
    /// Adds a filter around the handler, as <see cref="TasksBuilder.AddFilter{TFilter}()"/> does. The first one is the outermost.
    /// </summary>
    /// <typeparam name="TFilter">The filter: a service or a class.</typeparam>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder WithFilter<TFilter>()
        where TFilter : class, ITaskRunFilter
    {
        _plan.Filters.Add(static tasks => tasks.AddFilter<TFilter>());
        return this;
    }

    /// <summary>Adds an existing filter around the handler.</summary>
    /// <param name="filter">The filter.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder WithFilter(ITaskRunFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return WithFilter(filter.InvokeAsync);
    }

    /// <summary>Adds code around the handler.</summary>
    /// <param name="filter">The code. See <see cref="ITaskRunFilter.InvokeAsync"/>.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder WithFilter(Func<TaskRunContext, TaskRunDelegate, ValueTask<object?>> filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _plan.Filters.Add(tasks => tasks.AddFilter(filter));
        return this;
    }

    /// <summary>
    /// Sets the run's clock, which the test moves. It is also the container's clock, unless that has another. Default: a virtual clock,
    /// which moves by itself.
    /// </summary>
    /// <param name="clock">The clock. Use <see cref="TimeProvider.System"/> for handlers that wait for real events.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder WithClock(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _plan.Clock = clock;
        return this;
    }

    /// <summary>
    /// Cancels the run after a time by its clock, as <see cref="ITaskClient.CancelRunAsync"/> does. Zero cancels it before the handler is
    /// called.
    /// </summary>
    /// <param name="delay">The time from the first attempt.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder CancelAfter(TimeSpan delay)
    {
        _plan.CancelAfter = delay;
        return this;
    }

    /// <summary>Cancels the run when a token is cancelled.</summary>
    /// <param name="token">The token.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder CancelBy(CancellationToken token)
    {
        _plan.CancelBy = token;
        return this;
    }

    /// <summary>
    /// Sets how much real time a run may take before <see cref="RunAsync"/> throws, so that a test does not hang. Default: 30 seconds.
    /// </summary>
    /// <param name="patience">The time.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TaskRunBuilder WithPatience(TimeSpan patience)
    {
        _plan.Patience = patience;
        return this;
    }

    /// <summary>Starts the run and waits for all its attempts.</summary>
    /// <returns>The report of the run, successful or not.</returns>
    /// <exception cref="InvalidTaskException">A silo with this handler would not start, or the options are not valid. The exception lists
    /// all faults.</exception>
    /// <exception cref="TaskArgumentException">The arguments do not match the handler's parameters.</exception>
    /// <exception cref="TimeoutException">The run did not end within the real time of <see cref="WithPatience"/>.</exception>
    public Task<TaskRunReport> RunAsync()
    {
        // A copy, because the next run may be described while this one is active. It does not run on the test's own thread, because the
        // handler must not get the test's synchronization context.
        var plan = _plan.Copy();
        return Task.Run(() => RunMaker.RunAsync(plan));
    }
}
