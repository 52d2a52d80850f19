namespace OrleansTasks.Ledger;

/// <summary>Represents the record of one task's ledger. It reads and writes the record, and detects that storage has lost it.</summary>
/// <param name="task">The task.</param>
/// <param name="store">The storage.</param>
internal sealed class LedgerFile(string task, LedgerStore store)
{
    private GrainState<LedgerRecord>? _record;
    private bool _unconfirmed;

    /// <summary>
    /// Gets or sets the number of the last write that the partition knows of; 0 if it knows none. If the record is older, a write was lost.
    /// </summary>
    public long Recorded { get; set; }

    /// <summary>Gets the number of the last write that this activation knows of; 0 if it knows none.</summary>
    public long Number { get; private set; }

    /// <summary>Gets whether storage may have lost the record.</summary>
    public bool IsSuspect { get; private set; }

    /// <summary>
    /// Gets or sets the callback for storage that has lost what this activation had written. It is called before the next write.
    /// </summary>
    public Action? OnWentBack { get; set; }

    /// <summary>Stops relying on storage to have what this activation has written. The next write checks it.</summary>
    public void Suspect() => IsSuspect |= Number > 0;

    /// <summary>Returns the stored ledger and the number of its write; null if it does not exist.</summary>
    public async Task<(StoredLedger? Ledger, long? Number)> ReadAsync()
    {
        var record = await ReadRecordAsync();
        var (ledger, number) = (LedgerStore.LedgerOf(record), LedgerStore.NumberOf(record));
        record.State = null!;
        (_record, Number) = (record, Math.Max(number, Recorded));
        return (ledger, ledger is null ? null : number);
    }

    /// <summary>Writes the ledger.</summary>
    /// <param name="confirm">Makes sure that this activation owns the task: a record that was read may be newer than what this activation
    /// knows.</param>
    /// <param name="ledger">Returns the ledger to write.</param>
    /// <param name="isChanged">Whether there is anything new. If not, the ledger is written only if storage has lost it.</param>
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
            // Whatever happened to the ETag, the next write reads it again.
            _record = null;
            Suspect();
            throw;
        }
    }

    /// <summary>Removes the record.</summary>
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
