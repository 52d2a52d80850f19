namespace OrleansTasks;

/// <summary>An idempotency key was used before, for a dispatch of other work. Nothing was stored.</summary>
/// <remarks>Over HTTP this is 422, as in the draft of the header <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header, section 2.7).</remarks>
[GenerateSerializer, Alias("OrleansTasks.IdempotencyConflictException")]
public sealed class IdempotencyConflictException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="task">The task's name.</param>
    /// <param name="key">The key.</param>
    /// <param name="run">The run that the key stands for.</param>
    /// <param name="differences">What differs, a sentence each.</param>
    public IdempotencyConflictException(string task, string key, RunId run, IReadOnlyList<string> differences)
        : base(task, $"The idempotency key '{key}' was used for {run}, and this dispatch asks for other work. {string.Join(" ", differences ?? [])} Use another key, or repeat what was sent first.")
    {
        Key = key;
        Run = run;
        Differences = differences ?? [];
    }

    /// <summary>The key.</summary>
    [Id(0)]
    public string Key { get; }

    /// <summary>The run that the key stands for.</summary>
    [Id(1)]
    public RunId Run { get; }

    /// <summary>What differs, a sentence each; arguments are named, and their values are not repeated.</summary>
    [Id(2)]
    public IReadOnlyList<string> Differences { get; }
}
