using System.Runtime.CompilerServices;
using OrleansTasks.Grains;
using OrleansTasks.Registry;

namespace OrleansTasks.Client;

/// <summary>Merges the partitions' tasks into one list in the order of a query, and reads no more than necessary.</summary>
internal static class TaskListing
{
    private const int PageSize = 200;

    public static async IAsyncEnumerable<TaskInfo> ReadAsync(
        int partitions, TaskQuery query, Func<int, TaskQuery, Task<IReadOnlyList<TaskInfo>>> readPage,
        [EnumeratorCancellation] CancellationToken ct)
    {
        var left = query.Limit ?? int.MaxValue;
        if (left <= 0)
        {
            yield break;
        }

        var pageSize = Math.Min(left, PageSize);
        var pages = await Task.WhenAll(Enumerable.Range(0, partitions).Select(p => readPage(p, query with { Limit = pageSize })))
            .WaitAsync(ct).ConfigureAwait(false);
        var next = new PriorityQueue<(int Partition, int Index), TaskRank>();
        for (var p = 0; p < partitions; p++)
        {
            Enqueue(p, 0);
        }

        while (left-- > 0 && next.TryDequeue(out var at, out _))
        {
            ct.ThrowIfCancellationRequested();
            var page = pages[at.Partition];
            yield return page[at.Index];
            if (at.Index + 1 < page.Count)
            {
                Enqueue(at.Partition, at.Index + 1);
            }
            else if ((page.Count == pageSize || AnswerPage.MayGoOn(page, AnswerPage.SizeOf)) && left > 0)
            {
                pages[at.Partition] = await readPage(at.Partition, query.From(page[^1]) with { Limit = pageSize }).WaitAsync(ct)
                    .ConfigureAwait(false);
                Enqueue(at.Partition, 0);
            }
        }

        void Enqueue(int partition, int index)
        {
            if (index < pages[partition].Count)
            {
                next.Enqueue((partition, index), TaskRank.Of(pages[partition][index], query.Order));
            }
        }
    }
}
