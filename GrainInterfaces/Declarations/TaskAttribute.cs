namespace OrleansTasks;

/// <summary>
/// Specifies that a class or a method is the handler of a task. The package's source generator writes the code that defines the task
/// (<c>tasks.AddGenerated()</c> on the silo) and a typed client (<c>client.Tasks.SendMail.RunAsync(…)</c>). It does not use reflection.
/// </summary>
/// <remarks>
/// A class implements <c>ITaskHandler&lt;TArguments, TResult&gt;</c>. A method is static, or belongs to a class that is created from the
/// run's scope for each run. Unset properties have the defaults of <see cref="TaskOptions"/>. Time spans use the library's usual formats:
/// <c>00:00:30</c>, <c>PT30S</c>. Mistakes are compiler errors: docs/diagnostics.md.
/// </remarks>
/// <param name="name">The task's name, which is also the handler's name. See <see cref="TaskNames"/>.</param>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method, Inherited = false)]
public sealed class TaskAttribute(string name) : Attribute
{
    /// <summary>Gets the task's name.</summary>
    public string Name { get; } = name;

    /// <summary>
    /// Gets or sets the name of the member of <c>client.Tasks</c>. Default: the task's name in Pascal case, such as <c>SendMail</c> for
    /// <c>send-mail</c>.
    /// </summary>
    public string? Member { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.Description"/>.</summary>
    public string? Description { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.Timeout"/>, as a time span.</summary>
    public string? Timeout { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.RunTimeout"/>, as a time span.</summary>
    public string? RunTimeout { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.ExpireAfter"/>, as a time span.</summary>
    public string? ExpireAfter { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.OverdueAfter"/>, as a time span.</summary>
    public string? OverdueAfter { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.TooLongAfter"/>, as a time span.</summary>
    public string? TooLongAfter { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.MisfireThreshold"/>, as a time span.</summary>
    public string? MisfireThreshold { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.Overlap"/>.</summary>
    public OverlapPolicy Overlap { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.Guarantee"/>. If this property is not set, the option is null.</summary>
    public RunGuarantee Guarantee { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.Priority"/>.</summary>
    public RunPriority Priority { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.MaxConcurrentRuns"/>. If this property is not set, the option is null.</summary>
    public int MaxConcurrentRuns { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.PauseAfterFailures"/>. If this property is not set, the option is null.</summary>
    public int PauseAfterFailures { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.HistoryLength"/>. Default: 256.</summary>
    public int HistoryLength { get; set; } = 256;

    /// <summary>Gets or sets <see cref="TaskOptions.LogLines"/>. If this property is not set, the option is null.</summary>
    public int LogLines { get; set; }

    /// <summary>Gets or sets <see cref="TaskOptions.SendReturnValues"/>. Default: true.</summary>
    public bool SendReturnValues { get; set; } = true;

    /// <summary>Gets or sets <see cref="TaskOptions.Tags"/>.</summary>
    public string[]? Tags { get; set; }
}
