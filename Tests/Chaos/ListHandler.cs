using System.Security.Cryptography;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos;

/// <summary>Specifies how a handler saves how far it is in its list.</summary>
internal enum ListShape
{
    /// <summary>The position is stored after every so many items, and the handler waits for that.</summary>
    Every,

    /// <summary>The position is stored in the background.</summary>
    Background,

    /// <summary>The handler saves the position itself, as a value.</summary>
    Value,
}

/// <summary>
/// Provides a handler that goes through a list, and saves how far it is. It records, outside the cluster, what it does and what was stored.
/// </summary>
internal static class ListHandler
{
    public const string Name = "list";

    /// <summary>The number of items after which the position is stored.</summary>
    public const int Every = 10;

    public static void Define(TasksBuilder tasks, RecordWriter writer) => tasks.Define(
        Name,
        async (ListShape shape, int items, int milliseconds, TaskRunContext run) =>
        {
            var log = new WorkLog(writer, run);
            log.Write(WorkKind.StepReturned, await run.StepAsync("number", () =>
            {
                var number = RandomNumberGenerator.GetInt32(1, int.MaxValue);
                log.Write(WorkKind.StepComputed, number);
                return Task.FromResult(number);
            }));
            var pause = TimeSpan.FromMilliseconds(milliseconds);
            await (shape == ListShape.Value ? SaveAsync(run, log, items, pause) : IterateAsync(run, log, shape, items, pause));
            log.Write(WorkKind.ListEnded, items);
        });

    private static async Task IterateAsync(TaskRunContext run, WorkLog log, ListShape shape, int items, TimeSpan pause)
    {
        var isFirst = true;
        await foreach (var item in run.Items([.. Enumerable.Range(0, items)], shape == ListShape.Every ? Every : null))
        {
            if (shape == ListShape.Every && !isFirst && item % Every == 0)
            {
                log.Write(WorkKind.Stored, item);
            }

            isFirst = false;
            await DoAsync(run, log, item, pause);
        }

        log.Write(WorkKind.Stored, items);
    }

    private static async Task SaveAsync(TaskRunContext run, WorkLog log, int items, TimeSpan pause)
    {
        for (var item = run.HasCheckpoint ? run.Checkpoint<int>() : 0; item < items; item++)
        {
            await DoAsync(run, log, item, pause);
            if ((item + 1) % Every == 0)
            {
                await run.SaveCheckpointAsync(item + 1);
                log.Write(WorkKind.Stored, item + 1);
            }
        }
    }

    private static async Task DoAsync(TaskRunContext run, WorkLog log, int item, TimeSpan pause)
    {
        log.Write(WorkKind.ItemBegun, item);
        await Task.Delay(pause, TimeProvider.System, run.CancellationToken);
        log.Write(WorkKind.ItemDone, item);
    }
}
