namespace OrleansTasks;

/// <summary>Represents one run of a batch.</summary>
/// <param name="Task">The task's name.</param>
/// <param name="Arguments">The arguments. Null uses the task's own arguments.</param>
/// <param name="Options">The due time and other options of the run. Null makes it due now, with the defaults. An idempotency key or
/// uniqueness is not allowed, because it could stand for another run.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.BatchItem")]
public sealed record BatchItem([property: Id(0)] string Task, [property: Id(1)] TaskArguments? Arguments = null,
    [property: Id(2)] DispatchOptions? Options = null)
{
    internal IEnumerable<string> Faults(int index)
    {
        if (TaskNames.Fault(Task) is { } fault)
        {
            yield return $"Items[{index}].Task: {fault}";
        }

        foreach (var option in Options?.Faults() ?? [])
        {
            yield return $"Items[{index}].Options: {option}";
        }

        if (Options is { IdempotencyKey: not null } or { UniqueFor: not null })
        {
            yield return $"Items[{index}].Options: IdempotencyKey and UniqueFor are not allowed for a run of a batch. Leave both out.";
        }
    }
}
