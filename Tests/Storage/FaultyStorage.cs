using System.Text.Json;
using Orleans.Storage;

namespace OrleansTasks.Tests.Storage;

/// <summary>Represents the access of one process to storage, with faults that the test plans.</summary>
internal sealed class FaultyStorage(StoredRows rows) : IGrainStorage
{
    private readonly TaskCompletionSource _crashed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly List<(int At, Action Write)> _late = [];

    public Func<StorageCall, Fault> Plan { get; set; } = _ => Fault.None;

    /// <summary>Gets the number of calls after which a late write takes effect.</summary>
    public int LateBy { get; init; } = 5;

    /// <summary>Gets or sets a function that is awaited before each call.</summary>
    public Func<StorageCall, Task> Gate { get; set; } = _ => Task.CompletedTask;

    /// <summary>Gets whether records may be cleared. A partition's log must never do that.</summary>
    public bool MayClear { get; init; }

    public int Calls { get; private set; }

    public List<StorageCall> Writes { get; } = [];

    public Task Crashed => _crashed.Task;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        => CallAsync(false, stateName, grainId, () =>
        {
            var found = rows.Read($"{stateName}/{grainId}");
            grainState.RecordExists = found is not null;
            grainState.ETag = found?.ETag!;
            grainState.State = found is { } row ? JsonSerializer.Deserialize<T>(row.Data)! : Activator.CreateInstance<T>();
        });

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var data = JsonSerializer.SerializeToUtf8Bytes(grainState.State);
        return CallAsync(true, stateName, grainId, () =>
        {
            grainState.ETag = rows.Write($"{stateName}/{grainId}", data, grainState.ETag)
                ?? throw new InconsistentStateException($"{stateName}/{grainId} is not what it was.");
            grainState.RecordExists = true;
        });
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        if (!MayClear)
        {
            throw new NotSupportedException("The protocol must not clear records.");
        }

        return CallAsync(true, stateName, grainId, () =>
        {
            if (rows.Read($"{stateName}/{grainId}")?.ETag != grainState.ETag)
            {
                throw new InconsistentStateException($"{stateName}/{grainId} is not what it was.");
            }

            rows.RemoveOne($"{stateName}/{grainId}");
            (grainState.ETag, grainState.RecordExists) = (null!, false);
        });
    }

    private async Task CallAsync(bool write, string kind, GrainId id, Action action)
    {
        var call = new StorageCall(Calls++, write, kind, id.Key.ToString()!);
        if (write)
        {
            Writes.Add(call);
        }

        await Task.Yield();
        await Gate(call);
        if (_crashed.Task.IsCompleted)
        {
            await new TaskCompletionSource().Task;
        }

        ApplyLate(call.Number);
        var fault = Plan(call);
        if (fault is Fault.FailBefore)
        {
            throw new IOException("Planned, before.");
        }

        if (fault is Fault.Late)
        {
            _late.Add((call.Number + LateBy, action));
            throw new IOException("Planned, late.");
        }

        if (fault is Fault.CrashBefore)
        {
            await CrashAsync();
        }

        action();
        if (fault is Fault.CrashAfter)
        {
            await CrashAsync();
        }

        if (fault is Fault.FailAfter)
        {
            throw new IOException("Planned, after.");
        }
    }

    private void ApplyLate(int number)
    {
        foreach (var late in _late.Where(l => l.At <= number).ToList())
        {
            _late.Remove(late);
            try
            {
                late.Write();
            }
            catch (InconsistentStateException)
            {
                // Another write came first.
            }
        }
    }

    private Task CrashAsync()
    {
        _crashed.TrySetResult();
        return new TaskCompletionSource().Task;
    }
}
