namespace OrleansTasks;

/// <summary>
/// Says that a class or a method is the handler of a task. The source generator of this package writes the code that defines it: <c>tasks.AddGenerated()</c>
/// on the silo, and a typed client, <c>client.Tasks.SendMail.RunAsync(…)</c>. Nothing is looked for by reflection.
/// </summary>
/// <remarks>
/// A class implements <c>ITaskHandler&lt;TArguments, TResult&gt;</c>. A method is static, or belongs to a class that is made for each run from the run's scope. What is not
/// set here has the default of <see cref="TaskOptions"/>. Spans of time are written as everywhere in this library: <c>00:00:30</c>, <c>PT30S</c>. What is wrong is an error
/// of the compiler: docs/diagnostics.md.
/// </remarks>
/// <param name="name">The task's name, which is the handler's as well. See <see cref="TaskNames"/>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false)]
public sealed class TaskAttribute(string name) : Attribute
{
    /// <summary>Gets the task's name.</summary>
    public string Name { get; } = name;

    /// <summary>Gets or sets the name in C#: of the member of <c>client.Tasks</c>. Default: the task's name in capitals, such as <c>SendMail</c> for <c>send-mail</c>.</summary>
    public string? Member { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.Description"/>.</summary>
    public string? Description { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.Timeout"/>, a span of time.</summary>
    public string? Timeout { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.RunTimeout"/>, a span of time.</summary>
    public string? RunTimeout { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.ExpireAfter"/>, a span of time.</summary>
    public string? ExpireAfter { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.OverdueAfter"/>, a span of time.</summary>
    public string? OverdueAfter { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.TooLongAfter"/>, a span of time.</summary>
    public string? TooLongAfter { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.MisfireThreshold"/>, a span of time.</summary>
    public string? MisfireThreshold { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.Overlap"/>.</summary>
    public OverlapPolicy Overlap { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.Guarantee"/>. Where it is not set, it is null there.</summary>
    public RunGuarantee Guarantee { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.Priority"/>.</summary>
    public RunPriority Priority { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.MaxConcurrentRuns"/>. Where it is not set, it is null there.</summary>
    public int MaxConcurrentRuns { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.PauseAfterFailures"/>. Where it is not set, it is null there.</summary>
    public int PauseAfterFailures { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.HistoryLength"/>. Default: 256.</summary>
    public int HistoryLength { get; set; } = 256;

    /// <summary>Gets or sets <see cref="TaskOptions.LogLines"/>. Where it is not set, it is null there.</summary>
    public int LogLines { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.SendReturnValues"/>. Default: true.</summary>
    public bool SendReturnValues { get; set; } = true;

    /// <summary>Gets or sets <see cref="TaskOptions.Tags"/>.</summary>
    public string[]? Tags { get; set; }
}
