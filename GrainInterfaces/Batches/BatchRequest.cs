using OrleansTasks.Grains;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the runs of a batch, and a run that follows when all of them have ended.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.BatchRequest")]
public sealed record BatchRequest
{
    /// <summary>Gets the runs.</summary>
    [Id(0)]
    public required IReadOnlyList<BatchItem> Items { get; init; }

    /// <summary>
    /// Gets the run that follows, or null for none. With <see cref="ContinuationTrigger.Succeeded"/> it starts if all runs succeeded, with
    /// <see cref="ContinuationTrigger.Failed"/> if any did not. Its first argument is the batch, in the JSON form of
    /// <see cref="BatchInfo"/>, unless it has arguments of its own or <see cref="PassedArgument.None"/>.
    /// </summary>
    [Id(1)]
    public Continuation? Then { get; init; }

    internal IReadOnlyList<string> Faults(int maxItems, long maxSize)
    {
        if (Items is null || Items.Count == 0)
        {
            return [$"The batch has no items. Add at least one, and at most {maxItems}."];
        }

        if (Items.Count > maxItems)
        {
            return [$"The batch has {Items.Count} items; {maxItems} are allowed (TasksOptions.Limits.MaxBatchItems)."];
        }

        for (var n = 0; n < Items.Count; n++)
        {
            if (Items[n] is null)
            {
                return [$"Items[{n}] is null."];
            }
        }

        var size =
            Items.Sum(
                static i =>
                    (long)(i.Arguments?.Size ?? 0) + (TaskHeaders.Of(i.Options?.Headers)?.Size ?? 0) + AnswerPage.SizeOf(i.Options?.Then));
        return
        [
            .. Items.SelectMany((item, n) => item.Faults(n)).Take(20),
            .. Then?.Faults("Then") ?? [],
            .. size > maxSize ? new[] { $"The arguments, headers and continuations of the batch have {size} bytes; {maxSize} are allowed "
                + "(TasksOptions.Limits.MaxBatchArgumentsSize)." } : [],
        ];
    }
}
