using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace OrleansTasks.Ui;

/// <summary>Shows results, events and broadcasts as they happen.</summary>
public sealed partial class Live
{
    private const int Shown = 200;
    private string _text = "";
    private string _show = "";
    private Held? _held;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    private long Since => _held is { } held ? Seen - held.Seen : 0;

    private long Seen => Feed.Results.Last + Feed.Broadcasts.Last + Feed.Events.Last;

    private void Toggle() => _held = _held is null ? Look() : null;

    private Held Look() =>
        new(Seen, Feed.Results.Newest(static _ => true, 2000), Feed.Broadcasts.Newest(static _ => true, 500),
            Feed.Events.Newest(static _ => true, 1000));

    private IReadOnlyList<LiveLine> Lines()
    {
        var seen = _held ?? Look();
        var results = _show is "broadcasts" or "events"
            ? []
            : seen.Results.Where(r => _show != "failures" || Words.Tone(r.Status) == "bad").Select(LineOf).Where(Fits).Take(Shown);
        var broadcasts = _show is "" or "broadcasts" ? seen.Broadcasts.Select(LineOf).Where(Fits).Take(Shown) : [];
        var events = _show is "" or "events" ? seen.Events.Select(LineOf).Where(Fits).Take(Shown) : [];
        return [.. results.Concat(broadcasts).Concat(events).OrderByDescending(l => l.At).Take(Shown)];
    }

    private bool Fits(LiveLine line) => string.IsNullOrWhiteSpace(_text)
        || line.Text.Contains(_text.Trim(), StringComparison.OrdinalIgnoreCase)
        || (line.Run?.Task ?? line.Task)?.Contains(_text.Trim(), StringComparison.OrdinalIgnoreCase) == true;

    // Masking precedes the search, so that users cannot search for text that they may not see.
    private LiveLine LineOf(SeenResult result) => new(
        $"r{result.Number}",
        result.FinishedAt,
        result.RunId,
        result.RunId.Task,
        result.Status,
        result.FinishedAt - result.StartedAt,
        result.Status == RunStatus.Gap ? $"{result.Missed:N0} results went by unseen"
            : Session.Masking.Text(result.RunId.Task, result.Error)
                ?? (result.Value is { } value ? Session.Masking.Json(result.RunId.Task, MaskedKind.Value, value) : ""),
        result.Error is not null);

    private LiveLine LineOf(SeenEvent seen) => new(
        $"e{seen.Number}",
        seen.Event.At,
        seen.Event.RunId,
        seen.Event.Task,
        null,
        null,
        TextOf(seen.Event),
        false,
        seen.Event.Kind);

    private string TextOf(TaskEvent item) => string.Join(", ", new[]
    {
        item.Kind == TaskEventKind.OccurrenceMissed && item.Reason is { } missed ? Words.Of(OccurrenceOutcome.Missed, missed)
            : item.Reason is { } reason ? Words.Of(OccurrenceOutcome.Skipped, reason) : null,
        item.By is { Length: > 0 } by ? $"by {by}" : null,
        item.Note is { Length: > 0 } note ? Session.Masking.Text(item.Task, note) : null,
        item.Until is { } until ? $"until {Viewer.Clock.Short(until, Viewer.Now)}" : null,
    }.OfType<string>());

    private LiveLine LineOf(SeenBroadcast broadcast) => new(
        $"b{broadcast.Number}",
        broadcast.SentAt,
        null,
        broadcast.Task,
        null,
        null,
        broadcast.Json is { } json ? Session.Masking.Json(broadcast.Task, MaskedKind.Broadcast, json) : "a long message",
        false);

    private async Task BroadcastAsync()
    {
        var dialog = await Dialogs.ShowAsync<BroadcastDialog>("Broadcast");
        if (await dialog.Result is { Canceled: false })
        {
            Notices.Done("The message was sent.");
        }
    }

    /// <summary>Represents the items at the moment when the user paused the page. Later items do not replace them.</summary>
    private sealed record Held(long Seen, IReadOnlyList<SeenResult> Results, IReadOnlyList<SeenBroadcast> Broadcasts,
        IReadOnlyList<SeenEvent> Events);

    private sealed record LiveLine(string Key, DateTimeOffset At, RunId? Run, string? Task, RunStatus? Status, TimeSpan? Took, string Text,
        bool IsError, TaskEventKind? Kind = null);
}
