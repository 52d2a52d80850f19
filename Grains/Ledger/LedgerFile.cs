namespace OrleansTasks.Ledger;

/// <summary>The record of one task's ledger: reads and writes it, and notices when storage has forgotten it.</summary>
/// <param name="task">The task.</param>
/// <param name="store">The storage.</param>
internal sealed class LedgerFile(string task, LedgerStore store)
{
    private GrainState<LedgerRecord>? _record;
    private bool _unconfirmed;

    /// <summary>The number of the last write that the partition knows of; 0 if it knows none. A record that is older was lost.</summary>
    public long Recorded { get; set; }

    /// <summary>The number of the last write that this activation knows of; 0 if it knows none.</summary>
    public long Number { get; private set; }

    /// <summary>Whether storage may have forgotten it.</summary>
    public bool IsSuspect { get; private set; }

    /// <summary>Is told when storage has forgotten what this activation had written, and it is about to be written again.</summary>
    public Action? OnWentBack { get; set; }

    /// <summary>Does not rely on storage having what this activation has written: the next write looks.</summary>
    public void Suspect() => IsSuspect |= Number > 0;

    /// <summary>What is stored, and the number of its write; null if there is none.</summary>
    public async Task<(StoredLedger? Ledger, long? Number)> ReadAsync()
    {
        var record = await ReadRecordAsync();
        var (ledger, number) = (LedgerStore.LedgerOf(record), LedgerStore.NumberOf(record));
        record.State = null!;
        (_record, Number) = (record, Math.Max(number, Recorded));
        return (ledger, ledger is null ? null : number);
    }

    /// <summary>Writes the ledger.</summary>
    /// <param name="confirm">Makes sure that the task is this activation's: a record that was read may be newer than what this one knows.</param>
    /// <param name="ledger">What is to be written.</param>
    /// <param name="isChanged">Whether there is anything new; if not, it is written only where storage has forgotten it.</param>
    public async Task WriteAsync(Func<Task> confirm, Func<StoredLedger> ledger, bool isChanged)
    {
        try
        {
            var isKnown = _record is not null && !IsSuspect;
            _record = isKnown ? _record! : await ReadRecordAsync();
            var isForgotten = !isKnown && LedgerStore.IsOlder(_record, Number);
            if (_unconfirmed)
            {
                await confirm();
                _unconfirmed = false;
            }

            if (isForgotten)
            {
                OnWentBack?.Invoke();
            }

            IsSuspect = false;
            if (isChanged || isForgotten)
            {
                await store.WriteAsync(task, _record, Number + 1, ledger());
                Number++;
            }
        }
        catch
        {
            // Whatever happened to the tag, the next write reads it anew.
            _record = null;
            Suspect();
            throw;
        }
    }

    /// <summary>Removes it.</summary>
    public async Task ClearAsync()
    {
        await store.ClearAsync(task);
        (_record, IsSuspect, Recorded, Number) = (null, false, 0, 0);
    }

    private async Task<GrainState<LedgerRecord>> ReadRecordAsync()
    {
        _unconfirmed = true;
        return await store.ReadAsync(task);
    }
}
