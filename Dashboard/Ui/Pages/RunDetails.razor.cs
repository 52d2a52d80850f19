using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace OrleansTasks.Ui;

/// <summary>Shows one run, both before and after it ends.</summary>
public sealed partial class RunDetails
{
    private static readonly TimeSpan RereadAfter = TimeSpan.FromMilliseconds(400);
    private static readonly TimeSpan RereadWaiting = TimeSpan.FromSeconds(2);
    private readonly Loaded<FoundRun> _run = new();
    private readonly Loaded<Facts> _facts = new();
    private string? _read;
    private string? _task;
    private long _readAt;
    private bool _reading;

    /// <summary>Gets or sets the run's id.</summary>
    [Parameter]
    public string Id { get; set; } = "";

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_read != Id)
        {
            _read = Id;
            _task = RunId.TryParse(Id, null, out var run) ? run.Task : null;
            _run.Clear();
            _facts.Clear();
            await ReadAsync();
            if (_run.Value?.Run?.Arguments is { Count: > 0 })
            {
                // The handler's facts only add names to the arguments. If they cannot be read, the page shows the run without them.
                await LoadAsync(_facts, ReadFactsAsync);
            }
        }
    }

    /// <inheritdoc />
    protected override Task OnTickAsync()
    {
        var wait = _run.Value?.Run switch
        {
            { Result: not null } => (TimeSpan?)null,
            { Status: RunStatus.Running } => RereadAfter,
            _ => RereadWaiting,
        };
        return !_reading && wait is { } after && Time.GetElapsedTime(_readAt) > after ? ReadAsync() : Task.CompletedTask;
    }

    private async Task ReadAsync()
    {
        _reading = true;
        await LoadAsync(_run,
            async ct => RunId.TryParse(Id, null, out var run) ? new FoundRun(await Client.GetRunAsync(run, ct)) : new FoundRun(null));
        _readAt = Time.GetTimestamp();
        _reading = false;
    }

    private static string AttemptOf(RunInfo run) => run.Attempt < 1 ? "none yet" : string.Join(", ", new[]
    {
        run.Attempt.ToString(CultureInfo.InvariantCulture),
        run.Failures > 0 ? $"{run.Failures} failed before" : null,
        run.Losses > 0 ? $"{run.Losses} lost with a silo" : null,
    }.OfType<string>());

    private async Task CancelAsync()
    {
        if (!await Confirm.AskAsync(Dialogs, "Cancel the run", $"This run of {_task} is asked to stop. What it has done so far remains, "
            + "and a run that was cancelled does not go on. It can be run again.", "Cancel it"))
        {
            return;
        }

        await Notices.TellAsync(() => Actions.CancelRunAsync(RunId.Parse(Id)), "The run is being cancelled.");
        await ReadAsync();
    }

    private async Task MarkAsync(RunAction action)
    {
        var note = action == RunAction.Acknowledge
            ? await NoteDialog.AskAsync(Dialogs, "Acknowledge", "The run will be marked as seen, with your name and a note.")
            : await NoteDialog.AskAsync(Dialogs, "Discard", "The run will be marked as not to be run again, with your name and a note.");
        if (note is not null)
        {
            await Notices.TellAsync(() => Actions.MarkAsync(action, RunId.Parse(Id), note),
                action == RunAction.Acknowledge ? "The run is acknowledged." : "The run is discarded.");
            await ReadAsync();
        }
    }

    private async Task AgainAsync()
    {
        var facts = new Loaded<Facts>();
        await LoadAsync(facts, ReadFactsAsync);
        if (facts.Value is not { } known)
        {
            Notices.Failed(facts.Problem!);
            return;
        }

        if (await RunDialog.AskAsync(Dialogs, known.Task.Name, known.Handler, _run.Value?.Run?.Arguments ?? known.Task.Arguments,
            _run.Value?.Run?.Headers) is { } run)
        {
            Navigation.NavigateTo(Links.Run(run));
        }
    }

    private async Task<Facts> ReadFactsAsync(CancellationToken ct)
    {
        var task = await Client.GetTask(_task!).DescribeAsync(ct);
        return new Facts(task, (await Client.GetHandlersAsync(ct)).FirstOrDefault(h => h.Name == task.Handler));
    }

    private sealed record FoundRun(RunInfo? Run);

    private sealed record Facts(TaskInfo Task, HandlerInfo? Handler);
}
