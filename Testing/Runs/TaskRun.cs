namespace OrleansTasks.Testing;

/// <summary>Runs one handler without a cluster, as a silo would run it.</summary>
/// <example><code>
/// var run = await TaskRun.For&lt;SendMail&gt;()
///     .With(services =&gt; services.AddSingleton&lt;IMailer&gt;(mailer))
///     .WithArguments(new Mail("ann@example.com", "Hello"))
///     .RunAsync();
/// Assert.Equal("queued", run.GetValue&lt;string&gt;());
/// </code></example>
public static class TaskRun
{
    /// <summary>The default name of a task.</summary>
    public const string DefaultTask = "task";

    /// <summary>Gets the default instant at which a run is due and its clock begins: Monday, 5 January 2026, 09:00 UTC.</summary>
    public static DateTimeOffset DefaultInstant { get; } = new(2026, 1, 5, 9, 0, 0, TimeSpan.Zero);

    /// <summary>Creates a builder for a run of a handler class.</summary>
    /// <typeparam name="THandler">The handler class. It implements <see cref="ITaskHandler{TArguments, TResult}"/> exactly
    /// once.</typeparam>
    /// <returns>The builder.</returns>
    public static TaskRunBuilder For<THandler>()
        where THandler : class => new(typeof(THandler), static (tasks, name, options) => tasks.Define<THandler>(name, options));

    /// <summary>Creates a builder for a run of a delegate.</summary>
    /// <param name="handler">The code, as for <see cref="TasksBuilder.Define(string, Delegate, TaskOptions?)"/>.</param>
    /// <returns>The builder.</returns>
    public static TaskRunBuilder For(Delegate handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return new TaskRunBuilder(handler, (tasks, name, options) => tasks.Define(name, handler, options));
    }
}
