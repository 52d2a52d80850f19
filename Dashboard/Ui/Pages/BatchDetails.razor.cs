using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace OrleansTasks.Ui;

/// <summary>Shows one batch, both before and after it ends.</summary>
public sealed partial class BatchDetails
{
    private static readonly TimeSpan RereadAfter = TimeSpan.FromSeconds(2);
    private readonly Loaded<FoundBatch> _batch = new();
    private string? _read;
    private long _readAt;
    private bool _reading;

    /// <summary>Gets or sets the batch's id.</summary>
    [Parameter]
    public string Id { get; set; } = "";

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_read != Id)
        {
            _read = Id;
            _batch.Clear();
            await ReadAsync();
        }
    }

    /// <inheritdoc />
    protected override Task OnTickAsync() =>
        !_reading && _batch.Value?.Batch?.FinishedAt is null && Time.GetElapsedTime(_readAt) > RereadAfter
            ? ReadAsync()
            : Task.CompletedTask;

    private async Task ReadAsync()
    {
        _reading = true;
        await LoadAsync(_batch,
            async ct => Guid.TryParse(Id, out var batch) ? new FoundBatch(await Client.GetBatchAsync(batch, ct)) : new FoundBatch(null));
        _readAt = Time.GetTimestamp();
        _reading = false;
    }

    private async Task CancelAsync()
    {
        if (_batch.Value?.Batch is not { } batch)
        {
            return;
        }

        var text =
            $"{Words.Count(batch.Pending, "run")} that {(batch.Pending == 1 ? "has" : "have")} not ended will be cancelled. What has "
                + "ended keeps its result.";
        if (await Confirm.AskAsync(Dialogs, "Cancel the batch", text, "Cancel the batch"))
        {
            await Notices.TellAsync(() => Actions.CancelBatchAsync(batch.Id), "The batch is cancelled.");
            await ReadAsync();
        }
    }

    private sealed record FoundBatch(BatchInfo? Batch);
}
