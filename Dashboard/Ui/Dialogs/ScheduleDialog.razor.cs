using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace OrleansTasks.Ui;

/// <summary>Edits a schedule. Before it is saved, the dialog shows which occurrences are added and removed.</summary>
public sealed partial class ScheduleDialog
{
    private const int Listed = 14;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);
    private readonly CancellationTokenSource _gone = new();
    private ScheduleDraft _draft = null!;
    private SchedulePreview? _preview;
    private Problem? _problem;
    private string? _fault;
    private bool _asking;
    private bool _busy;
    private int _changes;

    [CascadingParameter]
    private IMudDialogInstance Dialog { get; set; } = null!;

    /// <summary>Gets or sets the task.</summary>
    [Parameter]
    public TaskInfo Of { get; set; } = null!;

    internal static async Task<TaskInfo?> AskAsync(IDialogService dialogs, TaskInfo task)
    {
        var options = new DialogOptions
        {
            MaxWidth = MaxWidth.Medium,
            FullWidth = true,
            CloseButton = true,
            CloseOnEscapeKey = true,
            BackdropClick = false
        };
        var dialog = await dialogs.ShowAsync<ScheduleDialog>($"Schedule of {task.Name}",
            new DialogParameters<ScheduleDialog> { { d => d.Of, task } }, options);
        return await dialog.Result is { Canceled: false, Data: TaskInfo changed } ? changed : null;
    }

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        _draft = new ScheduleDraft(Of.Schedule, Viewer.Clock);
        Changed();
    }

    private static string Count(IReadOnlyList<TaskOccurrence> occurrences) =>
        occurrences.Count >= 1000 ? "1,000 or more" : $"{occurrences.Count:N0}";

    private static IEnumerable<(TaskOccurrence Occurrence, bool Added)> Changes(SchedulePreview preview) =>
        preview.Added.Select(o => (o, true)).Concat(preview.Removed.Select(o => (o, false))).OrderBy(c => c.o.Utc).Take(Listed);

    private void Changed() => _ = PreviewSoonAsync(++_changes);

    private async Task PreviewSoonAsync(int change)
    {
        var schedule = _draft.Read(Viewer.Clock, out _fault);
        if (_fault is not null)
        {
            return;
        }

        _asking = true;
        await Task.Delay(_preview is null ? TimeSpan.Zero : Pause, Time, _gone.Token)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        if (change != _changes || _gone.IsCancellationRequested)
        {
            return;
        }

        try
        {
            var preview = await Client.GetTask(Of.Name).PreviewAsync(schedule, ct: _gone.Token);
            if (change == _changes)
            {
                (_preview, _asking) = (preview, false);
            }
        }
        catch (Exception e)
        {
            // The schedule may name a calendar that does not exist, for example. The dialog displays the problem beside the form.
            if (change == _changes)
            {
                (_fault, _asking) = (Problem.Of(e).Detail ?? e.Message, false);
            }
        }

        StateHasChanged();
    }

    private async Task SaveAsync()
    {
        var schedule = _draft.Read(Viewer.Clock, out _fault);
        if (_fault is not null)
        {
            return;
        }

        _busy = true;
        try
        {
            Dialog.Close(DialogResult.Ok(await Actions.RescheduleAsync(Of.Name, schedule)));
        }
        catch (Exception e)
        {
            // The form stays open and keeps the input.
            _problem = Problem.Of(e);
        }

        _busy = false;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }
}
