using OrleansTasks.Registration;

namespace OrleansTasks;

/// <content>Tasks with a fixed period. Every verb is there with a name and without one.</content>
public sealed partial class TasksBuilder
{
    /// <summary>Runs code every so often, on a fixed grid; see <see cref="TaskSchedule.Every"/>.</summary>
    /// <param name="interval">The period, from a millisecond to 100 years.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="handler">The code.</param>
    /// <param name="arguments">The arguments of its scheduled runs; null for none.</param>
    /// <param name="options">How its runs are treated; null for the defaults.</param>
    /// <returns>This builder.</returns>
    public TasksBuilder Every(TimeSpan interval, string name, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(name, () => interval, CodeOf(handler), arguments, options);

    /// <summary>Runs code every so often, on a fixed grid, under a generated name; see <see cref="TaskSchedule.Every"/>.</summary>
    /// <param name="interval">The period, from a millisecond to 100 years.</param>
    /// <param name="handler">The code.</param>
    /// <param name="arguments">The arguments of its scheduled runs; null for none.</param>
    /// <param name="options">How its runs are treated; null for the defaults.</param>
    /// <returns>This builder.</returns>
    public TasksBuilder Every(TimeSpan interval, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(null, () => interval, CodeOf(handler), arguments, options);

    /// <summary>Runs a class every so often, on a fixed grid; see <see cref="TaskSchedule.Every"/>.</summary>
    /// <typeparam name="THandler">The class; it implements <see cref="ITaskHandler{TArguments, TResult}"/> once.</typeparam>
    /// <param name="interval">The period, from a millisecond to 100 years.</param>
    /// <param name="name">The name of the task, and of its handler.</param>
    /// <param name="arguments">The arguments of its scheduled runs; null for none.</param>
    /// <param name="options">How its runs are treated; null for the defaults.</param>
    /// <returns>This builder.</returns>
    public TasksBuilder Every<THandler>(TimeSpan interval, string name, TaskArguments? arguments = null, TaskOptions? options = null)
        where THandler : class => AddEvery(name, () => interval, new ClassCode(typeof(THandler)), arguments, options);

    /// <summary>Runs code every so many days.</summary>
    /// <param name="amount">The period in days; fractions count.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="handler">The code.</param>
    /// <param name="arguments">The arguments of its scheduled runs; null for none.</param>
    /// <param name="options">How its runs are treated; null for the defaults.</param>
    /// <returns>This builder.</returns>
    public TasksBuilder Days(double amount, string name, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(name, () => TimeSpan.FromDays(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code every so many days, under a generated name.</summary>
    /// <param name="amount">The period in days; fractions count.</param>
    /// <param name="handler">The code.</param>
    /// <param name="arguments">The arguments of its scheduled runs; null for none.</param>
    /// <param name="options">How its runs are treated; null for the defaults.</param>
    /// <returns>This builder.</returns>
    public TasksBuilder Days(double amount, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(null, () => TimeSpan.FromDays(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code every so many hours.</summary>
    /// <param name="amount">The period in hours; fractions count.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="handler">The code.</param>
    /// <param name="arguments">The arguments of its scheduled runs; null for none.</param>
    /// <param name="options">How its runs are treated; null for the defaults.</param>
    /// <returns>This builder.</returns>
    public TasksBuilder Hours(double amount, string name, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(name, () => TimeSpan.FromHours(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code every so many hours, under a generated name.</summary>
    /// <param name="amount">The period in hours; fractions count.</param>
    /// <param name="handler">The code.</param>
    /// <param name="arguments">The arguments of its scheduled runs; null for none.</param>
    /// <param name="options">How its runs are treated; null for the defaults.</param>
    /// <returns>This builder.</returns>
    public TasksBuilder Hours(double amount, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(null, () => TimeSpan.FromHours(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code every so many minutes.</summary>
    /// <param name="amount">The period in minutes; fractions count.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="handler">The code.</param>
    /// <param name="arguments">The arguments of its scheduled runs; null for none.</param>
    /// <param name="options">How its runs are treated; null for the defaults.</param>
    /// <returns>This builder.</returns>
    public TasksBuilder Minutes(double amount, string name, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(name, () => TimeSpan.FromMinutes(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code every so many minutes, under a generated name.</summary>
    /// <param name="amount">The period in minutes; fractions count.</param>
    /// <param name="handler">The code.</param>
    /// <param name="arguments">The arguments of its scheduled runs; null for none.</param>
    /// <param name="options">How its runs are treated; null for the defaults.</param>
    /// <returns>This builder.</returns>
    public TasksBuilder Minutes(double amount, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(null, () => TimeSpan.FromMinutes(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code every so many seconds.</summary>
    /// <param name="amount">The period in seconds; fractions count.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="handler">The code.</param>
    /// <param name="arguments">The arguments of its scheduled runs; null for none.</param>
    /// <param name="options">How its runs are treated; null for the defaults.</param>
    /// <returns>This builder.</returns>
    public TasksBuilder Seconds(double amount, string name, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(name, () => TimeSpan.FromSeconds(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code every so many seconds, under a generated name.</summary>
    /// <param name="amount">The period in seconds; fractions count.</param>
    /// <param name="handler">The code.</param>
    /// <param name="arguments">The arguments of its scheduled runs; null for none.</param>
    /// <param name="options">How its runs are treated; null for the defaults.</param>
    /// <returns>This builder.</returns>
    public TasksBuilder Seconds(double amount, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(null, () => TimeSpan.FromSeconds(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code every so many milliseconds.</summary>
    /// <param name="amount">The period in milliseconds; fractions count. At least 1.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="handler">The code.</param>
    /// <param name="arguments">The arguments of its scheduled runs; null for none.</param>
    /// <param name="options">How its runs are treated; null for the defaults.</param>
    /// <returns>This builder.</returns>
    public TasksBuilder Milliseconds(double amount, string name, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(name, () => TimeSpan.FromMilliseconds(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code every so many milliseconds, under a generated name.</summary>
    /// <param name="amount">The period in milliseconds; fractions count. At least 1.</param>
    /// <param name="handler">The code.</param>
    /// <param name="arguments">The arguments of its scheduled runs; null for none.</param>
    /// <param name="options">How its runs are treated; null for the defaults.</param>
    /// <returns>This builder.</returns>
    public TasksBuilder Milliseconds(double amount, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(null, () => TimeSpan.FromMilliseconds(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code every so many microseconds.</summary>
    /// <param name="amount">The period in microseconds; fractions count. At least 1000.</param>
    /// <param name="name">The task's name.</param>
    /// <param name="handler">The code.</param>
    /// <param name="arguments">The arguments of its scheduled runs; null for none.</param>
    /// <param name="options">How its runs are treated; null for the defaults.</param>
    /// <returns>This builder.</returns>
    public TasksBuilder Microseconds(double amount, string name, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(name, () => TimeSpan.FromMicroseconds(amount), CodeOf(handler), arguments, options);

    /// <summary>Runs code every so many microseconds, under a generated name.</summary>
    /// <param name="amount">The period in microseconds; fractions count. At least 1000.</param>
    /// <param name="handler">The code.</param>
    /// <param name="arguments">The arguments of its scheduled runs; null for none.</param>
    /// <param name="options">How its runs are treated; null for the defaults.</param>
    /// <returns>This builder.</returns>
    public TasksBuilder Microseconds(double amount, Delegate handler, TaskArguments? arguments = null, TaskOptions? options = null) =>
        AddEvery(null, () => TimeSpan.FromMicroseconds(amount), CodeOf(handler), arguments, options);
}
