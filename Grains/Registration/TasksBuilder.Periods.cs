using OrleansTasks.Registration;

namespace OrleansTasks;

/// <content>Defines tasks with a fixed period. Each method exists with a name and without one.</content>
public sealed partial class TasksBuilder
{
    /// <summary>Runs code at a fixed interval, on a fixed grid. See <see cref="TaskSchedule.Every"/>.</summary>
    /// <param name="interval">The time from one occurrence to the next. Range: 1 ms to 100 years.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Every(TimeSpan interval, string name, Delegate handler, TaskArguments? arguments = null,
        TaskOptions? options = null) =>
        AddEvery(name, () => interval, CodeOf(handler), arguments, options);

    /// <summary>Runs code at a fixed interval, on a fixed grid, under a generated name. See <see cref="TaskSchedule.Every"/>.</summary>
    /// <param name="interval">The time from one occurrence to the next. Range: 1 ms to 100 years.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Every(TimeSpan interval, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(null, () => interval, CodeOf(handler), arguments, options);

    /// <summary>Runs a handler class at a fixed interval, on a fixed grid. See <see cref="TaskSchedule.Every"/>.</summary>
    /// <typeparam name="THandler">The handler class. It implements <see cref="ITaskHandler{TArguments, TResult}"/> exactly
    /// once.</typeparam>
    /// <param name="interval">The time from one occurrence to the next. Range: 1 ms to 100 years.</param>
    /// <param name="name">The name of the task, and of its handler.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Every<THandler>(TimeSpan interval, string name, TaskArguments? arguments = null, TaskOptions? options = null)
        where THandler : class => AddEvery(name, () => interval, new ClassCode(typeof(THandler)), arguments, options);

    /// <summary>Runs code at a fixed interval, given in days.</summary>
    /// <param name="amount">The time from one occurrence to the next, in days. Fractions are allowed.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Days(double amount, string name, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(name, () => TimeSpan.FromDays(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code at a fixed interval, given in days, under a generated name.</summary>
    /// <param name="amount">The time from one occurrence to the next, in days. Fractions are allowed.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Days(double amount, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(null, () => TimeSpan.FromDays(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code at a fixed interval, given in hours.</summary>
    /// <param name="amount">The time from one occurrence to the next, in hours. Fractions are allowed.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Hours(double amount, string name, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(name, () => TimeSpan.FromHours(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code at a fixed interval, given in hours, under a generated name.</summary>
    /// <param name="amount">The time from one occurrence to the next, in hours. Fractions are allowed.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Hours(double amount, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(null, () => TimeSpan.FromHours(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code at a fixed interval, given in minutes.</summary>
    /// <param name="amount">The time from one occurrence to the next, in minutes. Fractions are allowed.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Minutes(double amount, string name, Delegate handler, TaskArguments? arguments = null,
        TaskOptions? options = null) =>
        AddEvery(name, () => TimeSpan.FromMinutes(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code at a fixed interval, given in minutes, under a generated name.</summary>
    /// <param name="amount">The time from one occurrence to the next, in minutes. Fractions are allowed.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Minutes(double amount, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(null, () => TimeSpan.FromMinutes(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code at a fixed interval, given in seconds.</summary>
    /// <param name="amount">The time from one occurrence to the next, in seconds. Fractions are allowed.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Seconds(double amount, string name, Delegate handler, TaskArguments? arguments = null,
        TaskOptions? options = null) =>
        AddEvery(name, () => TimeSpan.FromSeconds(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code at a fixed interval, given in seconds, under a generated name.</summary>
    /// <param name="amount">The time from one occurrence to the next, in seconds. Fractions are allowed.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Seconds(double amount, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(null, () => TimeSpan.FromSeconds(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code at a fixed interval, given in milliseconds.</summary>
    /// <param name="amount">The time from one occurrence to the next, in milliseconds. Fractions are allowed. Minimum: 1.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Milliseconds(double amount, string name, Delegate handler, TaskArguments? arguments = null,
        TaskOptions? options = null) =>
        AddEvery(name, () => TimeSpan.FromMilliseconds(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code at a fixed interval, given in milliseconds, under a generated name.</summary>
    /// <param name="amount">The time from one occurrence to the next, in milliseconds. Fractions are allowed. Minimum: 1.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Milliseconds(double amount, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(null, () => TimeSpan.FromMilliseconds(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code at a fixed interval, given in microseconds.</summary>
    /// <param name="amount">The time from one occurrence to the next, in microseconds. Fractions are allowed. Minimum: 1,000.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Microseconds(double amount, string name, Delegate handler, TaskArguments? arguments = null,
        TaskOptions? options = null) =>
        AddEvery(name, () => TimeSpan.FromMicroseconds(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code at a fixed interval, given in microseconds, under a generated name.</summary>
    /// <param name="amount">The time from one occurrence to the next, in microseconds. Fractions are allowed. Minimum: 1,000.</param>
    /// <param name="handler">The code that runs.</param>
    /// <param name="arguments">The arguments of scheduled runs. Null for none.</param>
    /// <param name="options">The options of the task's runs. Null uses the defaults.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public TasksBuilder Microseconds(double amount, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(null, () => TimeSpan.FromMicroseconds(amount), CodeOf(handler), arguments, options);
}
