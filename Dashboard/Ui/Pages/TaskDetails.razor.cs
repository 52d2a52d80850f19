using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace OrleansTasks.Ui;

/// <summary>Shows one task: when it runs, the outcomes, and the available actions.</summary>
public sealed partial class TaskDetails
{
    private static readonly TimeSpan RereadAfter = TimeSpan.FromSeconds(2);
    private readonly Loaded<TaskInfo> _task = new();
    private string? _read;
    private long _readAt;
    private bool _reading;

    /// <summary>Gets or sets the task's name.</summary>
    [Parameter]
    public string Name { get; set; } = "";

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_read != Name)
        {
            _read = Name;
            _task.Clear();
            await ReadAsync();
        }
    }

    /// <inheritdoc />
    protected override Task OnTickAsync() => !_reading && Time.GetElapsedTime(_readAt) > RereadAfter ? ReadAsync() : Task.CompletedTask;

    private async Task ReadAsync()
    {
        _reading = true;
        await LoadAsync(_task, ct => Client.GetTask(Name).DescribeAsync(ct));
        _readAt = Time.GetTimestamp();
        _reading = false;
    }

    private bool IsStopped => Feed.State.Scheduler?.State == SchedulerState.Stopped;

    private string TriggerTitle =>
        IsStopped ? "The scheduler is stopped, so nothing can be triggered." : "Run it now, as an occurrence would";

    private async Task RunAsync()
    {
        var handlers = new Loaded<IReadOnlyList<HandlerInfo>>();
        await LoadAsync(handlers, ct => Client.GetHandlersAsync(ct));
        var handler = handlers.Value?.FirstOrDefault(h => h.Name == _task.Value?.Handler);
        if (await RunDialog.AskAsync(Dialogs, Name, handler, _task.Value?.Arguments) is { } run)
        {
            Navigation.NavigateTo(Links.Run(run));
        }
    }

    private async Task PauseAsync()
    {
        if (await PauseDialog.AskAsync(Dialogs, [Name]) is { } choice)
        {
            await TellAsync(() => Actions.PauseAsync(Name, choice.Note, choice.Until, choice.Occurrences), $"{Name} is paused.");
        }
    }

    private Task ReviveAsync() => TellAsync(() => Actions.ReviveAsync(_task.Value!), $"{Name} is registered again, as it was.");

    private Task ResumeAsync() => TellAsync(() => Actions.ResumeAsync(Name), $"{Name} is resumed.");

    private Task TriggerAsync() => TellAsync(() => Actions.TriggerAsync(Name), $"{Name} was triggered.");

    private async Task RescheduleAsync()
    {
        if (_task.Value is { } task && await ScheduleDialog.AskAsync(Dialogs, task) is { } changed)
        {
            Notices.Done($"{Name} runs {changed.ScheduleDescription ?? "by request"} now.");
            await ReadAsync();
        }
    }

    private async Task BackfillAsync()
    {
        if (await BackfillDialog.AskAsync(Dialogs, Name) is { } count)
        {
            Notices.Done($"{Words.Count(count, "run")} made.");
            await ReadAsync();
        }
    }

    private async Task CancelAsync()
    {
        var running = _task.Value?.Running is > 0 and var count ? $" {Words.Count(count, "active run")} will be cancelled." : "";
        var text =
            $"{Name} will not run any more, neither by schedule nor by request.{running} It stays listed as cancelled for a while; "
                + "registering it again revives it.";
        if (await Confirm.AskAsync(Dialogs, $"Cancel {Name}", text, "Cancel the task"))
        {
            await TellAsync(() => Actions.CancelTaskAsync(Name), $"{Name} is cancelled.");
        }
    }

    private async Task TellAsync(Func<Task> act, string done)
    {
        await Notices.TellAsync(act, done);
        await ReadAsync();
    }
}
