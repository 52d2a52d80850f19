namespace OrleansTasks;

/// <summary>The exception that is thrown when an idempotency key was used before for a dispatch of other work. Nothing is stored.</summary>
/// <remarks>
/// Over HTTP this is 422, as in the draft of the header <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header, section 2.7).
/// </remarks>
[GenerateSerializer, Alias("OrleansTasks.IdempotencyConflictException")]
public sealed class IdempotencyConflictException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="IdempotencyConflictException"/> class.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="key">The key.</param>
    /// <param name="run">The run of the first dispatch with the key.</param>
    /// <param name="differences">The differences, one sentence each.</param>
    public IdempotencyConflictException(string task, string key, RunId run, IReadOnlyList<string> differences)
        : base(task, $"The idempotency key '{key}' was used for {run}, and this dispatch asks for other work. "
            + $"{string.Join(" ", differences ?? [])} Use another key, or send the first request again.")
    {
        Key = key;
        Run = run;
        Differences = differences ?? [];
    }

    /// <summary>Gets the key.</summary>
    [Id(0)]
    public string Key { get; }

    /// <summary>Gets the run of the first dispatch with the key.</summary>
    [Id(1)]
    public RunId Run { get; }

    /// <summary>Gets the differences, one sentence each. They name the arguments but do not repeat their values.</summary>
    [Id(2)]
    public IReadOnlyList<string> Differences { get; }
}
