using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Testing.Runs;

namespace OrleansTasks.Testing;

/// <summary>A run of one handler that is being described; <see cref="RunAsync"/> makes it.</summary>
/// <remarks>
/// The run has its own DI scope, its arguments go through JSON, filters are around it, and it ends as it would on a silo. Time is virtual unless <see cref="WithClock"/> gives a clock: when the
/// handler waits for its <see cref="TimeProvider"/>, the clock goes on at once, and so it does to the next attempt. Every call of <see cref="RunAsync"/> makes another run.
/// </remarks>
public sealed class TaskRunBuilder
{
    private readonly RunPlan _plan;

    internal TaskRunBuilder(object handler, Action<TasksBuilder, string, TaskOptions> define) => _plan = new RunPlan { Handler = handler, Define = define };

    /// <summary>Takes services from a container that is there. What it lacks of logging, <see cref="TimeProvider"/> and <see cref="ITaskClient"/> is provided.</summary>
    /// <param name="services">The container; it is not disposed.</param>
    /// <returns>This run.</returns>
    /// <exception cref="InvalidOperationException">Services were added to a container of the run's own before.</exception>
    public TaskRunBuilder With(IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(services);
        _plan.Use(services);
        return this;
    }

    /// <summary>Adds services to the run's own container. It also has logging, a <see cref="TimeProvider"/> and a <see cref="FakeTaskClient"/>, where none is added.</summary>
    /// <param name="services">The services; they are copied.</param>
    /// <returns>This run.</returns>
    /// <exception cref="InvalidOperationException">A container was given before.</exception>
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

    /// <summary>Adds services to the run's own container; see <see cref="With(IServiceCollection)"/>.</summary>
    /// <param name="configure">Adds them, for each run anew.</param>
    /// <returns>This run.</returns>
    /// <exception cref="InvalidOperationException">A container was given before.</exception>
    public TaskRunBuilder With(Action<IServiceCollection> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        _plan.Add(configure);
        return this;
    }

    /// <summary>Sets the task's name. Default: <see cref="TaskRun.DefaultTask"/>.</summary>
    /// <param name="task">The name.</param>
    /// <returns>This run.</returns>
    /// <exception cref="InvalidTaskException">No task can have that name.</exception>
    public TaskRunBuilder Named(string task)
    {
        _plan.Task = TaskNames.Check(task);
        return this;
    }

    /// <summary>Sets the arguments: positional ones as they are listed, or named ones as <c>TaskArguments.Named(("n", 13))</c>. Default: none.</summary>
    /// <param name="arguments">The arguments.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder WithArguments(params TaskArguments arguments)
    {
        _plan.Arguments = arguments ?? TaskArguments.None;
        return this;
    }

    /// <summary>Sets the instant at which the run is due; a virtual clock begins with it. Default: <see cref="TaskRun.DefaultInstant"/>, or the present of a clock that is given.</summary>
    /// <param name="instant">The instant.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder At(DateTimeOffset instant)
    {
        _plan.At = instant;
        return this;
    }

    /// <summary>Sets which attempt it is; those before it have failed. Default: 1.</summary>
    /// <param name="attempt">The number, from 1.</param>
    /// <returns>This run.</returns>
    /// <exception cref="ArgumentOutOfRangeException">It is less than 1.</exception>
    public TaskRunBuilder Attempt(int attempt)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        _plan.Attempt = attempt;
        return this;
    }

    /// <summary>Sets why the run exists. Default: <see cref="RunTrigger.Request"/>.</summary>
    /// <param name="trigger">Why.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder TriggeredBy(RunTrigger trigger)
    {
        _plan.Trigger = trigger;
        return this;
    }

    /// <summary>Sets who asked for the run. Default: nobody who is known.</summary>
    /// <param name="actor">Who.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder RequestedBy(string? actor)
    {
        _plan.RequestedBy = actor;
        return this;
    }

    /// <summary>Sets a header of the run.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="value">Its text.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder WithHeader(string name, string value)
    {
        _plan.Headers[name] = value;
        return this;
    }

    /// <summary>Sets headers of the run.</summary>
    /// <param name="headers">The headers.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder WithHeaders(IReadOnlyDictionary<string, string> headers)
    {
        ArgumentNullException.ThrowIfNull(headers);
        foreach (var (name, value) in headers)
        {
            _plan.Headers[name] = value;
        }

        return this;
    }

    /// <summary>Sets the task's options; <see cref="WithRetry"/> and <see cref="WithTimeout"/> go before them.</summary>
    /// <param name="options">The options, of which those count that concern one run.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder WithOptions(TaskOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _plan.Options = options;
        return this;
    }

    /// <summary>Sets whether and when the run is tried again. Default: it is not. The waits in between pass at once, unless a clock is given.</summary>
    /// <param name="policy">The policy.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder WithRetry(RetryPolicy policy)
    {
        ArgumentNullException.ThrowIfNull(policy);
        _plan.Retry = policy;
        return this;
    }

    /// <summary>Sets how long an attempt may take by the run's clock. Default: as long as it likes.</summary>
    /// <param name="timeout">How long.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder WithTimeout(TimeSpan timeout)
    {
        _plan.Timeout = timeout;
        return this;
    }

    /// <summary>Sets how long the run may take as a whole, with all its attempts and the waits in between. Default: as long as it likes.</summary>
    /// <param name="timeout">How long, from when it is due.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder WithRunTimeout(TimeSpan timeout)
    {
        _plan.RunTimeout = timeout;
        return this;
    }

    /// <summary>Puts a filter around the handler, as <see cref="TasksBuilder.AddFilter{TFilter}()"/> does; the first one is outermost.</summary>
    /// <typeparam name="TFilter">The filter, a service or a class.</typeparam>
    /// <returns>This run.</returns>
    public TaskRunBuilder WithFilter<TFilter>()
        where TFilter : class, ITaskRunFilter
    {
        _plan.Filters.Add(static tasks => tasks.AddFilter<TFilter>());
        return this;
    }

    /// <summary>Puts a filter around the handler that is there.</summary>
    /// <param name="filter">The filter.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder WithFilter(ITaskRunFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return WithFilter(filter.InvokeAsync);
    }

    /// <summary>Puts code around the handler.</summary>
    /// <param name="filter">The code; see <see cref="ITaskRunFilter.InvokeAsync"/>.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder WithFilter(Func<TaskRunContext, TaskRunDelegate, ValueTask<object?>> filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        _plan.Filters.Add(tasks => tasks.AddFilter(filter));
        return this;
    }

    /// <summary>Gives the run a clock, which is then the test's to move; it is also the container's, unless that has another. Default: a virtual one of the run's own, which moves by itself.</summary>
    /// <param name="clock">The clock. <see cref="TimeProvider.System"/> is for handlers that wait for real things.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder WithClock(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        _plan.Clock = clock;
        return this;
    }

    /// <summary>Has the run asked to stop after a time by its clock, as <see cref="ITaskClient.CancelRunAsync"/> asks. Zero: before the handler is called.</summary>
    /// <param name="delay">The time, from the first attempt on.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder CancelAfter(TimeSpan delay)
    {
        _plan.CancelAfter = delay;
        return this;
    }

    /// <summary>Has the run asked to stop when a token is cancelled.</summary>
    /// <param name="token">The token.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder CancelBy(CancellationToken token)
    {
        _plan.CancelBy = token;
        return this;
    }

    /// <summary>Sets after how much real time a run that does not end makes <see cref="RunAsync"/> throw, so that a test does not hang. Default: 30 seconds.</summary>
    /// <param name="patience">How long.</param>
    /// <returns>This run.</returns>
    public TaskRunBuilder WithPatience(TimeSpan patience)
    {
        _plan.Patience = patience;
        return this;
    }

    /// <summary>Makes the run, with all its attempts.</summary>
    /// <returns>What came of it, whether it succeeded or not.</returns>
    /// <exception cref="InvalidTaskException">A silo with this handler would not start, or the options are not valid; all faults are listed.</exception>
    /// <exception cref="TaskArgumentException">The arguments do not fit the handler.</exception>
    /// <exception cref="TimeoutException">It has not ended for <see cref="WithPatience"/> of real time.</exception>
    public Task<TaskRunReport> RunAsync()
    {
        // A copy: the next run may be described while this one is under way. And not on the test's own thread, whose context is not the handler's.
        var plan = _plan.Copy();
        return Task.Run(() => RunMaker.RunAsync(plan));
    }
}
