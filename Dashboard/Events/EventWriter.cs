using System.Buffers;
using System.IO.Pipelines;
using System.Text;

namespace OrleansTasks.Events;

/// <summary>Writes the format of server-sent events (WHATWG HTML, section 9.2).</summary>
internal sealed class EventWriter(PipeWriter output)
{
    private const int FlushAt = 16 << 10;
    private static readonly SearchValues<byte> LineEnds = SearchValues.Create("\r\n"u8);
    private int _unflushed;

    /// <summary>Sends the client its position, without an event.</summary>
    public void Open(string id)
    {
        Write(": events follow\nid: "u8);
        Write(id);
        Write("\n\n"u8);
    }

    public void Comment() => Write(": still here\n\n"u8);

    public void Event(ServerEvent item)
    {
        Write("event: "u8);
        Write(item.Type);
        Write("\nid: "u8);
        Write(item.Id);
        var data = item.Data.Span;
        int end;
        do
        {
            // Data may contain line breaks, because JSON values keep their original white space. The format can express one only by
            // starting a new "data" field.
            end = data.IndexOfAny(LineEnds);
            Write("\ndata: "u8);
            Write(end < 0 ? data : data[..end]);
            data = data[(end + 1)..];
        }
        while (end >= 0);

        Write("\n\n"u8);
    }

    public ValueTask FlushIfFullAsync(CancellationToken ct) => _unflushed >= FlushAt ? FlushAsync(ct) : ValueTask.CompletedTask;

    public async ValueTask FlushAsync(CancellationToken ct)
    {
        if (_unflushed > 0)
        {
            _unflushed = 0;
            await output.FlushAsync(ct).ConfigureAwait(false);
        }
    }

    private void Write(string text) => _unflushed += (int)Encoding.UTF8.GetBytes(text, output);

    private void Write(ReadOnlySpan<byte> utf8)
    {
        output.Write(utf8);
        _unflushed += utf8.Length;
    }
}
