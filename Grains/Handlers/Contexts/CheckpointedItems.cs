using System.Runtime.CompilerServices;

namespace OrleansTasks.Handlers.Contexts;

/// <summary>Iterates over a list from where the run is, and saves how far it is.</summary>
internal static class CheckpointedItems
{
    /// <summary>Iterates over the items that are not done.</summary>
    /// <param name="list">The list.</param>
    /// <param name="every">After how many items the position is stored before the iteration goes on; null for in the background.</param>
    /// <param name="name">The name of the list.</param>
    /// <param name="run">The run.</param>
    /// <param name="keeper">Keeps the position.</param>
    /// <param name="ct">The token of whoever iterates.</param>
    public static async IAsyncEnumerable<T> OfAsync<T>(IReadOnlyList<T> list, int? every, string name, TaskRunContext run,
        CheckpointKeeper keeper, [EnumeratorCancellation] CancellationToken ct = default)
    {
        keeper.Claim("list", name);
        var (count, done) = (list.Count, keeper.Latest.DoneOf(name));
        if (done > count)
        {
            throw new InvalidOperationException($"An earlier attempt of {run.RunId} has done {done} items of the list '{name}', which now "
                + $"has only {count}. The list must be the same in all attempts.");
        }

        var stored = done;
        try
        {
            while (done < count)
            {
                ct.ThrowIfCancellationRequested();
                run.CancellationToken.ThrowIfCancellationRequested();
                run.ReportProgress((double)done / count, $"{done} of {count}");
                yield return list[done];
                done++;
                if (every is null)
                {
                    _ = SaveAsync();
                }
                else if (done % every == 0 || done == count)
                {
                    await SaveAsync().ConfigureAwait(false);
                    stored = done;
                }
            }

            if (stored < done)
            {
                await SaveAsync().ConfigureAwait(false);
                stored = done;
            }

            run.ReportProgress(1, $"{count} of {count}");
        }
        finally
        {
            if (stored < done)
            {
                // The iteration was left. What ended it counts, and not that its position could not be stored.
                await SaveAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }

        Task SaveAsync() => keeper.SaveAsync(c => c.WithItems(name, done));
    }
}
