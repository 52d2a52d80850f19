using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace OrleansTasks.Ui;

/// <summary>Shows what needs attention, how many runs end, how late runs start, and which occurrences come next.</summary>
public sealed partial class Overview
{
    private const int LastMinute = 12;

    /// <summary>
    /// The maximum number of conditions that are expanded. If there are more, all are collapsed, so that none pushes the others off
    /// the screen.
    /// </summary>
    private const int MostOpen = 1;
    private ClusterState _state = null!;
    private IReadOnlyList<SeriesPoint> _points = [];
    private IReadOnlyList<AttentionItem> _attention = [];
    private (TimeSpan? Median, TimeSpan? High) _lateness;
    private int _failed;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    private string Running => _state.Overview?.Silos.Sum(s => s.Running ?? 0).ToString("N0", CultureInfo.InvariantCulture) ?? "–";

    // The rate excludes the current step, which is not complete, and the time before the feed started.
    private string PerSecond
    {
        get
        {
            var watched = _points.SkipLast(1).Where(p => p.At >= _state.Since).TakeLast(LastMinute).ToList();
            return watched.Count == 0 ? "–" : (watched.Sum(p => p.Total) / (watched.Count * ResultSeries.Step.TotalSeconds)) switch
            {
                >= 100 and var many => many.ToString("N0", CultureInfo.InvariantCulture),
                var few => few.ToString("0.0", CultureInfo.InvariantCulture),
            };
        }
    }

    private string Numbers => _state.Overview is { } o
        ? $"{o.Active:N0} active, {o.Scheduled:N0} of them with a schedule; {o.Paused:N0} paused, {o.Completed:N0} completed, "
            + $"{o.Cancelled:N0} cancelled. {Words.Count(o.DueRuns, "stored run")} due and not ended. Results are watched since "
            + $"{Viewer.Clock.Short(_state.Since, Viewer.Now)}."
        : "";

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        base.OnInitialized();
        Look();
    }

    /// <inheritdoc />
    protected override Task OnTickAsync()
    {
        Look();
        return Task.CompletedTask;
    }

    private void Look()
    {
        _state = Feed.State;
        _points = Feed.Series.Points(Viewer.Now);
        _lateness = Feed.Series.Lateness(Viewer.Now);
        _failed = _points.Sum(p => p.Failed);
        _attention = Attention.Of(_state, Feed.Failing.Newest(), Feed.Failing.HasMore, _lateness.High, Viewer.Now,
            Feed.Events.Newest(static e => e.Event.Kind == TaskEventKind.OccurrenceMissed, 1000));
    }

    private static string Lateness(TimeSpan? lateness) => lateness is { } known ? Clock.Exact(known) : "–";

    // The text is an error or a note. A note may contain an error.
    private string? Masked(AttentionLink link) => Session.Masking.Text(link.Name, link.Text);

    private async Task StartAsync()
    {
        await Notices.TellAsync(Actions.StartSchedulerAsync, "The scheduler is started.");
        await Feed.RefreshAsync();
    }

    private async Task StopAsync()
    {
        var sure = await Confirm.AskAsync(
            Dialogs,
            "Stop the scheduler",
            $"No schedule of the {_state.Scheduler?.Tasks:N0} tasks fires any more, in the whole cluster, until it is started again. "
                + "Requested runs are rejected, and dispatched runs are stored and wait. Active runs continue to their end.",
            "Stop it");
        if (sure)
        {
            await Notices.TellAsync(Actions.StopSchedulerAsync, "The scheduler is stopped.");
            await Feed.RefreshAsync();
        }
    }
}
