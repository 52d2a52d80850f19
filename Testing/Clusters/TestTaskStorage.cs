using System.Collections.Concurrent;
using Orleans.Storage;

namespace OrleansTasks.Testing;

/// <summary>How a <see cref="TestTaskStorage"/> fails.</summary>
public enum TestStorageFault
{
    /// <summary>It does what it is asked for.</summary>
    None,

    /// <summary>It refuses to read and to write.</summary>
    Refuses,

    /// <summary>It writes, and then throws as if the answer had been lost.</summary>
    LosesAnswers,
}

/// <summary>The storage of the tasks of a <see cref="TaskTestCluster"/>, as a database is: it survives its silos, and may fail.</summary>
public sealed class TestTaskStorage
{
    private readonly ConcurrentDictionary<string, (BinaryData Data, string Tag)> _records = new(StringComparer.Ordinal);
    private long _tags;
    private int _failures;

    /// <summary>Gets or sets how it fails. Default: <see cref="TestStorageFault.None"/>.</summary>
    public TestStorageFault Fault { get; set; }

    /// <summary>Gets how often it has failed.</summary>
    public int Failures => Volatile.Read(ref _failures);

    /// <summary>Gets the number of records that it holds.</summary>
    public int Count => _records.Count;

    /// <summary>Has it fail until what is returned is disposed.</summary>
    /// <param name="fault">How.</param>
    /// <returns>Ends the failure.</returns>
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
        _records.AddOrUpdate(key, _ => tag is null ? next : throw Conflict(key, tag), (_, old) => old.Tag == tag ? next : throw Conflict(key, tag));
        ThrowIf(TestStorageFault.LosesAnswers);
        return next.Tag;
    }

    internal void Clear(string key)
    {
        ThrowIf(TestStorageFault.Refuses);
        _records.TryRemove(key, out _);
        ThrowIf(TestStorageFault.LosesAnswers);
    }

    private static InconsistentStateException Conflict(string key, string? tag) => new($"The record {key} is not the one with the tag {tag}.", "?", tag ?? "");

    private void ThrowIf(TestStorageFault fault)
    {
        if (Fault == fault)
        {
            Interlocked.Increment(ref _failures);
            throw new TimeoutException("The test's storage does not answer.");
        }
    }

    private sealed class Failure(TestTaskStorage storage) : IDisposable
    {
        public void Dispose() => storage.Fault = TestStorageFault.None;
    }
}
