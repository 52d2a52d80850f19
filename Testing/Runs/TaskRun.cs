namespace OrleansTasks.Testing;

/// <summary>Runs one handler, without a cluster, as a silo would run it.</summary>
/// <example><code>
/// var run = await TaskRun.For&lt;SendMail&gt;()
///     .With(services =&gt; services.AddSingleton&lt;IMailer&gt;(mailer))
///     .WithArguments(new Mail("ann@example.com", "Hello"))
///     .RunAsync();
/// Assert.Equal("queued", run.GetValue&lt;string&gt;());
/// </code></example>
public static class TaskRun
{
    /// <summary>The name of a task that was given no other.</summary>
    public const string DefaultTask = "task";

    /// <summary>Gets the instant at which a run is due, and its clock begins, if it was not told another: Monday, 5 January 2026, 09:00 UTC.</summary>
    public static DateTimeOffset DefaultInstant { get; } = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Begins a run of a handler class.</summary>
    /// <typeparam name="THandler">The class; it implements <see cref="ITaskHandler{TArguments, TResult}"/> once.</typeparam>
    /// <returns>The run, to be described and made.</returns>
    public static TaskRunBuilder For<THandler>()
        where THandler : class => new(typeof(THandler), static (tasks, name, options) => tasks.Define<THandler>(name, options));

    /// <summary>Begins a run of a handler that is a delegate.</summary>
    /// <param name="handler">The code, as it is given to <see cref="TasksBuilder.Define(string, Delegate, TaskOptions?)"/>.</param>
    /// <returns>The run, to be described and made.</returns>
    public static TaskRunBuilder For(Delegate handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new TaskRunBuilder(handler, (tasks, name, options) => tasks.Define(name, handler, options));
    }
}
