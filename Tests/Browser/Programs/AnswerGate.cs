using System.Text;
using Microsoft.Playwright;
using OrleansTasks.Tests.Cluster;

namespace OrleansTasks.Tests.Browser;

/// <summary>
/// Holds back the messages from a server to a page until the test releases them, as if the user were far from the server.
/// Messages from the page to the server pass at once.
/// </summary>
public sealed class AnswerGate
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Lock _lock = new();
    private readonly List<(IWebSocketRoute Page, IWebSocketFrame Frame)> _held = [];
    private readonly Happenings _news = new();
    private string? _from;
    private bool _holds;

    /// <summary>Holds back messages, from the first one that contains the text.</summary>
    public void HoldFrom(string text)
    {
        lock (_lock)
        {
            _from = text;
        }
    }

    /// <summary>Waits until the gate holds back a message that contains the text.</summary>
    public Task HeldAsync(string text) => _news.UntilAsync(() =>
    {
        lock (_lock)
        {
            return _held.Exists(f => Has(f.Frame, text));
        }
    }).WaitAsync(Patience, TimeProvider.System);

    /// <summary>Releases messages up to and including the first one that contains the text.</summary>
    public void ReleaseThrough(string text)
    {
        lock (_lock)
        {
            Pass(1 + _held.FindIndex(f => Has(f.Frame, text)));
        }
    }

    /// <summary>Releases everything.</summary>
    public void Release()
    {
        lock (_lock)
        {
            (_from, _holds) = (null, false);
            Pass(_held.Count);
        }
    }

    internal void Connect(IWebSocketRoute page)
    {
        lock (_lock)
        {
            // Messages for a page that the user has left.
            _held.Clear();
        }

        page.ConnectToServer().OnMessage(frame => Take(page, frame));
    }

    private static bool Has(IWebSocketFrame frame, string text) =>
        frame.Binary is { } bytes
            ? bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(text)) >= 0
            : frame.Text!.Contains(text, StringComparison.Ordinal);

    private void Take(IWebSocketRoute page, IWebSocketFrame frame)
    {
        lock (_lock)
        {
            _holds |= _from is not null && Has(frame, _from);
            _held.Add((page, frame));
            if (!_holds)
            {
                Pass(_held.Count);
            }
        }

        _news.Note();
    }

    private void Pass(int count)
    {
        foreach (var (page, frame) in _held[..count])
        {
            if (frame.Binary is { } bytes)
            {
                page.Send(bytes);
            }
            else
            {
                page.Send(frame.Text!);
            }
        }

        _held.RemoveRange(0, count);
    }
}
