using System.Text.Json;

namespace OrleansTasks.Records;

/// <summary>
/// Writes results one after another, each in the form of <see cref="StoredResults"/> and readable without the others.
/// </summary>
internal sealed class ResultWriter : IDisposable
{
    private const long MaxInitialSize = 1 << 20;
    private readonly MemoryStream _written;
    private readonly Utf8JsonWriter _writer;

    /// <param name="size">The expected number of bytes.</param>
    public ResultWriter(long size = 0)
    {
        _written = new MemoryStream((int)Math.Min(size, MaxInitialSize));
        _writer = new Utf8JsonWriter(_written, StoredResults.WriterOptions);
    }

    /// <summary>Gets the number of bytes written.</summary>
    public int Length => (int)_written.Length;

    /// <summary>Writes a result.</summary>
    /// <returns>Its number of bytes.</returns>
    public int Add(TaskResult result)
    {
        var before = Length;
        StoredResults.Write(_writer, result);
        _writer.Flush();
        _writer.Reset();
        return Length - before;
    }

    /// <summary>Removes bytes from the end.</summary>
    public void TakeBack(int length) => _written.SetLength(_written.Length - length);

    /// <summary>Returns everything written.</summary>
    public byte[] ToArray() => _written.ToArray();

    public void Dispose()
    {
        _writer.Dispose();
        _written.Dispose();
    }
}
