using Orleans.Storage;
using OrleansTasks.Storage;

namespace OrleansTasks.Groups;

/// <summary>
/// Reads and writes the two records of a group's limits. A record that is missing, or older than the other, is written again from the
/// other, so that limits do not turn into "no limits" because storage has lost a record.
/// </summary>
/// <param name="storage">The storage of groups.</param>
/// <param name="name">The group's name.</param>
internal sealed class GroupRecords(IGrainStorage storage, string name)
{
    private const string StateName = "group";
    private readonly GrainId _id = GrainId.Create("ot-group", $"g-{name}");
    private readonly GrainId _copyId = GrainId.Create("ot-group", $"c-{name}");
    private readonly GrainState<RunGroupRecord> _record = new(new RunGroupRecord());
    private readonly GrainState<RunGroupRecord> _copy = new(new RunGroupRecord());
    private long _number;

    /// <summary>Gets the callback for a record that is missing, or older than the other one.</summary>
    public Action<string> OnLost { get; init; } = static _ => { };

    /// <summary>Reads the records, and makes them equal.</summary>
    /// <returns>The newer record; null if there is none.</returns>
    /// <exception cref="PartitionMovedException">Storage does not answer now.</exception>
    public async Task<RunGroupRecord?> ReadAsync()
    {
        await StorageErrors.AnswerAsync(
            () => Task.WhenAll(storage.ReadStateAsync(StateName, _id, _record), storage.ReadStateAsync(StateName, _copyId, _copy)),
            $"group '{name}'");
        var (record, copy) = (NumberOf(_record), NumberOf(_copy));
        _number = Math.Max(0, Math.Max(record, copy));
        if (Newest(record, copy) is not { } newest)
        {
            return null;
        }

        try
        {
            await MendAsync(newest, record, copy);
        }
        catch (Exception)
        {
            // The present limits are known nevertheless. The next change reads again and repairs the record.
        }

        return newest;
    }

    /// <summary>Writes both records. After an error it is unknown what is stored.</summary>
    public async Task WriteAsync(RunGroupRecord next)
    {
        next.Number = _number + 1;
        await WriteAsync(_id, _record, next);
        await WriteAsync(_copyId, _copy, next);
        _number = next.Number;
    }

    /// <summary>Returns the record that counts: the newer one, or the last one of an earlier version, which has no number.</summary>
    private RunGroupRecord? Newest(long record, long copy) =>
        record != 0 && copy > record ? _copy.State : record >= 0 ? _record.State : null;

    private async Task MendAsync(RunGroupRecord newest, long record, long copy)
    {
        if (record == 0)
        {
            await WriteAsync(newest);
        }
        else if (record < copy)
        {
            OnLost($"its record 'g-{name}' is {(record < 0 ? "missing" : $"older than the copy 'c-{name}'")}");
            await WriteAsync(_id, _record, newest);
        }
        else if (copy < record)
        {
            // An interrupted change may have reached only the first record.
            if (copy < 0 && record > 1)
            {
                OnLost($"the copy 'c-{name}' of its record is missing");
            }

            await WriteAsync(_copyId, _copy, newest);
        }
    }

    private Task WriteAsync(GrainId id, GrainState<RunGroupRecord> record, RunGroupRecord next)
    {
        record.State = next;
        return storage.WriteStateAsync(StateName, id, record);
    }

    private static long NumberOf(GrainState<RunGroupRecord> record) => record.RecordExists ? record.State!.Number : -1;
}
