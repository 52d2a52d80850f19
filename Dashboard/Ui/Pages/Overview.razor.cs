using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace OrleansTasks.Ui;

/// <summary>Shows what needs attention, how many runs end, how late runs start, and which occurrences come next.</summary>
public sealed partial class Overview
{
    /// <summary>
    /// The maximum number of conditions that are expanded. If there are more, all are collapsed, so that none pushes the others off
    /// the screen.
    /// </summary>
    private const int MostOpen = 1;
    private ClusterState _state = null!;
    private IReadOnlyList<SeriesPoint> _points = [];
    private IReadOnlyList<AttentionItem> _attention = [];
    private (TimeSpan? Median, TimeSpan? High) _lateness;
    private RecentRuns? _recent;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    private string Running => _state.Overview?.Silos.Sum(s => s.Running ?? 0).ToString("N0", CultureInfo.InvariantCulture) ?? "–";

    private string PerSecond => _recent is null ? "–" : (_recent.EndedInMinute / 60.0) switch
    {
        >= 100 and var many => many.ToString("N0", CultureInfo.InvariantCulture),
        var few => few.ToString("0.0", CultureInfo.InvariantCulture),
    };

    private string Failed => _recent?.FailedInHour.ToString("N0", CultureInfo.InvariantCulture) ?? "–";

    /// <summary>Gets a value indicating whether everything that the page would report has been read.</summary>
    private bool IsWhole => _state.Overview is not null && _recent is not null;

    private string NothingDue => _state switch
    {
        { Overview: null } => "Not known yet.",
        { Overview.Scheduled: 0 } => "No active task has a schedule.",
        { Scheduler.State: SchedulerState.Stopped, Overview.Scheduled: var count } =>
            $"The scheduler is stopped: {Words.Count(count, "task")} with a schedule will fire after it is started.",
        { Overview.Scheduled: var count } => $"None of the {Words.Count(count, "task")} with a schedule has a next occurrence.",
    };

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
        _recent = Feed.Recent;
        _attention = Attention.Of(_state, _recent, _lateness.High, Viewer.Now,
            Feed.Missed.Newest(Viewer.Now));
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
