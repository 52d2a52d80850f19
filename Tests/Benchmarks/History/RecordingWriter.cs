using System.Text;

namespace OrleansTasks.Benchmarks.History;

/// <summary>Passes on everything that is written, and keeps a copy.</summary>
internal sealed class RecordingWriter(TextWriter inner) : TextWriter
{
    private readonly StringBuilder _copy = new();

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value)
    {
        lock (_copy)
        {
            _copy.Append(value);
            inner.Write(value);
        }
    }

    public override void Write(string? value)
    {
        lock (_copy)
        {
            _copy.Append(value);
            inner.Write(value);
        }
    }

    public override void WriteLine(string? value) => Write(value + inner.NewLine);

    public override void Flush() => inner.Flush();

    public override string ToString()
    {
        lock (_copy)
        {
            return _copy.ToString();
        }
    }
}
