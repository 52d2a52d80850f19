using System.Collections.Concurrent;
using Orleans.Storage;

namespace OrleansTasks.Testing;

/// <summary>Defines the kinds of failure of a <see cref="TestTaskStorage"/>.</summary>
public enum TestStorageFault
{
    /// <summary>Works normally.</summary>
    None,

    /// <summary>Fails every read and write.</summary>
    Refuses,

    /// <summary>Writes, and then throws as if the answer had been lost.</summary>
    LosesAnswers,
}

/// <summary>
/// Represents the storage of the tasks of a <see cref="TaskTestCluster"/>. Like a database, it survives its silos and may fail.
/// </summary>
public sealed class TestTaskStorage
{
    private readonly ConcurrentDictionary<string, (BinaryData Data, string Tag)> _records = new(StringComparer.Ordinal);
    private long _tags;
    private int _failures;

    /// <summary>Gets or sets the kind of failure. Default: <see cref="TestStorageFault.None"/>.</summary>
    public TestStorageFault Fault { get; set; }

    /// <summary>Gets the number of failures.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>Gets the number of stored records.</summary>
    public int Count => _records.Count;

    /// <summary>Makes the storage fail until the returned object is disposed.</summary>
    /// <param name="fault">The kind of failure. Default: <see cref="TestStorageFault.Refuses"/>.</param>
    /// <returns>An object that ends the failure when disposed.</returns>
    public IDisposable Fail(TestStorageFault fault = TestStorageFault.Refuses)
    {
        Fault = fault;
        return new Failure(this);
    }

    internal (BinaryData Data, string Tag)? Read(string key)
    {
        ThrowIf(TestStorageFault.Refuses);
        ThrowIf(TestStorageFault.LosesAnswers);
        return _records.TryGetValue(key, out var record) ? record : null;
    }

    internal string Write(string key, BinaryData data, string? tag)
    {
        ThrowIf(TestStorageFault.Refuses);
        var next = (Data: data, Tag: $"{Interlocked.Increment(ref _tags)}");
        _records.AddOrUpdate(key, _ => tag is null ? next : throw Conflict(key, tag),
            (_, old) => old.Tag == tag ? next : throw Conflict(key, tag));
        ThrowIf(TestStorageFault.LosesAnswers);
        return next.Tag;
    }

    internal void Clear(string key)
    {
        ThrowIf(TestStorageFault.Refuses);
        _records.TryRemove(key, out _);
        ThrowIf(TestStorageFault.LosesAnswers);
    }

    private static InconsistentStateException Conflict(string key, string? tag) =>
        new($"The record {key} is not the one with the tag {tag}.", "?", tag ?? "");

    private void ThrowIf(TestStorageFault fault)
    {
        if (Fault == fault)
        {
            Interlocked.Increment(ref _failures);
            throw new TimeoutException($"The test's storage fails ({fault}). To end this, set Fault to None, or dispose what Fail "
                + "returned.");
        }
    }

    private sealed class Failure(TestTaskStorage storage) : IDisposable
    {
        public void Dispose() => storage.Fault = TestStorageFault.None;
    }
}
