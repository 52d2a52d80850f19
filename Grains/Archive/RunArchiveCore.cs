using Microsoft.Extensions.Logging;
using Orleans.Storage;
using OrleansTasks.Calls;
using OrleansTasks.Records;
using OrleansTasks.Clocks;

namespace OrleansTasks.Archive;

/// <summary>
/// Archives the ended runs of the tasks of one partition. Runs that arrive during a write go into the next one. Nothing is acknowledged
/// before it is stored.
/// </summary>
internal sealed partial class RunArchiveCore
{
    // The maximum of one write. The rest goes into the next one.
    private const int MaxResultsAtOnce = 4_096;
    private const int MaxBytesAtOnce = 4 << 20;
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMinutes(1);
    private readonly ArchiveServices _silo;
    private readonly int _partition;
    private readonly ArchiveTable _table = new();
    private readonly ArchiveLog _log;
    private readonly ArchiveMerger _merger;
    private readonly ArchiveMarks _marks;
    private readonly ArchiveBounds _bounds;
    private readonly TimerFactory _timers;
    private readonly Action _leave;
    private readonly List<WantedRuns> _wanted = [];
    private Task _writing = Task.CompletedTask;
    private IGrainTimer? _sweeping;
    private bool _hasLeft;

    /// <param name="silo">The services that all archives on this silo share.</param>
    /// <param name="partition">The partition.</param>
    /// <param name="timers">Makes timers on the grain's turns.</param>
    /// <param name="leave">Gives up the activation when another one is the owner.</param>
    public RunArchiveCore(ArchiveServices silo, int partition, TimerFactory timers, Action leave)
    {
        (_silo, _partition, _timers, _leave) = (silo, partition, timers, leave);
        _log = new ArchiveLog(_table, new ArchiveStore(silo.Storage, partition, silo.Health))
        {
            OnLost = (name, why) => LogLost(silo.Log, name, partition, why)
        };
        _merger = new ArchiveMerger(_table, _log);
        _bounds = new ArchiveBounds(_table, silo.Options.Limits, silo.Time);
        Queries = new ArchiveQueries(_table, _log);
        _marks = new ArchiveMarks(_table, _log, Queries);
    }

    /// <summary>Gets the part that answers queries.</summary>
    public ArchiveQueries Queries { get; }

    /// <summary>Reads the stored runs.</summary>
    public async Task OpenAsync()
    {
        await _log.OpenAsync();
        _bounds.Sweep();
        _sweeping = _timers(TickAsync, SweepPeriod);
    }

    /// <summary>Stops writing.</summary>
    public void Close()
    {
        _hasLeft = true;
        _sweeping?.Dispose();
    }

    /// <summary>Archives runs. Returns when they are stored.</summary>
    public async Task KeepAsync(IReadOnlyList<RunsToKeep> runs)
    {
        var wanted = new WantedRuns(runs);
        _wanted.Add(wanted);
        if (_writing.IsCompleted)
        {
            _writing = WriteAsync();
        }

        await wanted.Done.Task;
    }

    /// <summary>Stores what was done about a dead letter. Marks that arrive during a write share the next one.</summary>
    /// <returns>The run, unchanged if it is no dead letter; null if it is not kept.</returns>
    public async Task<TaskResult?> MarkAsync(RunId run, RunMark mark)
    {
        var wanted = _marks.Add(run, mark with { At = _silo.Time.GetUtcNow() });
        try
        {
            await ExclusivelyAsync(async () =>
            {
                if (_marks.Any)
                {
                    await OwnAsync();
                    if (!await _marks.WriteAsync())
                    {
                        throw Replaced();
                    }

                    if (_merger.IsDue)
                    {
                        await MergeAsync();
                    }
                }
            });
            return await wanted;
        }
        catch (Exception e)
        {
            throw ArchiveErrors.ForCallers(e, _partition);
        }
    }

    /// <summary>Removes all runs.</summary>
    public Task ClearAsync() => ExclusivelyAsync(async () =>
    {
        if (_table.Count > 0 || _log.Segments.Count > 0)
        {
            await OwnAsync();
            _table.Clear();
            await _merger.MergeAsync();
        }
    });

    private async Task WriteAsync()
    {
        while (_wanted.Count > 0)
        {
            var batch = Take();
            try
            {
                await StoreAsync(batch);
                batch.ForEach(static w => w.Done.TrySetResult());
                if (_merger.IsDue)
                {
                    await MergeAsync();
                }
            }
            catch (Exception e)
            {
                // It is now unknown what is stored. Callers repeat their requests.
                _log.Disown();
                batch.ForEach(w => w.Done.TrySetException(ArchiveErrors.ForCallers(e, _partition)));
            }
        }
    }

    private List<WantedRuns> Take()
    {
        var (count, results, bytes) = (0, 0, 0L);
        while (count < _wanted.Count && (count == 0 || (results < MaxResultsAtOnce && bytes < MaxBytesAtOnce)))
        {
            results += _wanted[count].Runs.Sum(static r => r.Results.Count);
            bytes += _wanted[count].Runs.Sum(static r => r.Size);
            count++;
        }

        var batch = _wanted.GetRange(0, count);
        _wanted.RemoveRange(0, count);
        return batch;
    }

    private async Task StoreAsync(List<WantedRuns> batch)
    {
        await OwnAsync();
        using var details = new ResultWriter(batch.Sum(static w => w.Runs.Sum(static r => r.Size)));
        var (slots, number, now) = (new List<int>(), _log.NextNumber, _silo.Time.GetUtcNow());
        foreach (var (runs, result) in ArchiveRows.Latest(batch.SelectMany(static w => w.Runs)))
        {
            if (result.FinishedAt + runs.Of(result.Status).Age <= now || _table.IsBeforeKept(runs, result))
            {
                continue;
            }

            var row = ArchiveRows.Of(runs, result, _table.Texts);
            (row.Segment, row.Offset) = (number, details.Length);
            row.Length = details.Add(result);
            if (_table.Add(row))
            {
                slots.Add(_table.Find(row.Id)!.Value);
            }
            else
            {
                details.TakeBack(row.Length);
            }
        }

        if (slots.Count == 0)
        {
            return;
        }

        var ids = slots.Select(s => (Slot: s, _table[s].Id)).ToList();
        var isStored = false;
        try
        {
            isStored = await _log.AppendAsync(slots, details.ToArray());
        }
        finally
        {
            if (!isStored)
            {
                foreach (var (slot, id) in ids.Where(i => IsStill(i, number)).ToList())
                {
                    _table.Remove(slot);
                }

                _log.Drop(number);
            }
        }

        if (!isStored)
        {
            throw Replaced();
        }

        _bounds.Apply(batch.SelectMany(static w => w.Runs));
    }

    private PartitionMovedException Replaced()
    {
        LogReplaced(_silo.Log, _partition);
        _leave();
        return new PartitionMovedException($"The archive of partition {_partition} has another owner. Repeat the call.");
    }

    /// <summary>Returns whether a row still belongs to a run and has not moved.</summary>
    private bool IsStill((int Slot, Guid Id) row, int segment) =>
        _table[row.Slot] is { State: RowState.Kept } now && now.Id == row.Id && now.Segment == segment;

    private async Task OwnAsync()
    {
        if (_hasLeft)
        {
            throw new PartitionMovedException($"The archive of partition {_partition} moves. Repeat the call.");
        }

        if (!_log.IsOwner)
        {
            await _log.OwnAsync();
        }
    }

    private async Task MergeAsync()
    {
        try
        {
            await _merger.MergeAsync();
        }
        catch (InconsistentStateException)
        {
            _log.Disown();
            _leave();
        }
        catch (Exception e)
        {
            // What is stored stays so, and is merged another time.
            _log.Disown();
            LogNotMerged(_silo.Log, _partition, e.Message);
        }
    }

    private async Task TickAsync()
    {
        if (_hasLeft)
        {
            return;
        }

        _bounds.Sweep();
        _sweeping?.Change(SweepPeriod, Timeout.InfiniteTimeSpan);
        if (_merger.IsDue || _merger.HasSparse)
        {
            await ExclusivelyAsync(async () =>
            {
                await OwnAsync();
                await MergeAsync();
            });
        }
    }

    /// <summary>Runs an operation after the write in progress and before the next one.</summary>
    private async Task ExclusivelyAsync(Func<Task> work)
    {
        while (!_writing.IsCompleted)
        {
            await _writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        }

        try
        {
            await (_writing = DoAsync());
        }
        finally
        {
            if (_writing.IsCompleted && _wanted.Count > 0)
            {
                _writing = WriteAsync();
            }
        }

        async Task DoAsync()
        {
            try
            {
                await work();
            }
            catch
            {
                _log.Disown();
                throw;
            }
        }
    }

    [LoggerMessage(910, LogLevel.Error,
        "Reading the record {Record} with ended runs of partition {Partition} from storage failed, and searches no longer find these "
        + "runs: {Reason}")]
    private static partial void LogLost(ILogger logger, string record, int partition, string reason);

    [LoggerMessage(911, LogLevel.Information, "The archive of partition {Partition} has another owner and is closed here.")]
    private static partial void LogReplaced(ILogger logger, int partition);

    [LoggerMessage(912, LogLevel.Warning, "Compacting the archive of partition {Partition} failed; retrying. {Reason}")]
    private static partial void LogNotMerged(ILogger logger, int partition, string reason);
}
