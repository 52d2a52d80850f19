using System.Globalization;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace OrleansTasks.Ui;

/// <summary>
/// Shows ended runs of all tasks, by default those of one day that did not succeed. The cluster searches them, and the user can retry some
/// or all of them.
/// </summary>
public sealed partial class RunList
{
    private const int PageSize = 50;
    private const int Day = 24;
    private const string Again = "dispatched again";
    private static readonly TimeSpan RereadAfter = TimeSpan.FromSeconds(5);
    private static readonly IReadOnlyList<RunStatus> Statuses = [.. Enum.GetValues<RunStatus>().Where(static s => s.IsFinal())];
    private static readonly IReadOnlyList<DeadLetterState> States = Enum.GetValues<DeadLetterState>();
    private readonly Loaded<IReadOnlyList<RunInfo>> _page = new();
    private readonly Loaded<IReadOnlyDictionary<string, long>> _counts = new();
    private readonly Loaded<RunInfo> _asked = new();
    private readonly HashSet<RunId> _selected = [];
    private readonly Stack<string> _before = new();
    private string? _filter;
    private string? _address;
    private RunQuery _query = new();
    private RunInfo? _operation;
    private string _done = Again;
    private bool _hasMore;
    private bool _reading;
    private long _readAt;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    /// <summary>Gets or sets a status, or <c>any</c>. Nothing selects the runs that did not succeed.</summary>
    [SupplyParameterFromQuery]
    public string? Status { get; set; }

    /// <summary>Gets or sets a state of dead letters. Nothing selects all runs.</summary>
    [SupplyParameterFromQuery]
    public string? DeadLetter { get; set; }

    /// <summary>Gets or sets the number of hours within which the runs ended. Default: one day.</summary>
    [SupplyParameterFromQuery]
    public string? Within { get; set; }

    /// <summary>Gets or sets the task's name.</summary>
    [SupplyParameterFromQuery(Name = "task")]
    public string? OfTask { get; set; }

    /// <summary>Gets or sets the error's type.</summary>
    [SupplyParameterFromQuery]
    public string? Error { get; set; }

    /// <summary>Gets or sets a text to find in arguments, error or log.</summary>
    [SupplyParameterFromQuery]
    public string? Text { get; set; }

    /// <summary>Gets or sets the position after which the page starts, of <see cref="RunQuery.PlaceOf"/>.</summary>
    [SupplyParameterFromQuery]
    public string? After { get; set; }

    private bool IsFiltered => new[] { Status, DeadLetter, Within, OfTask, Error, Text }.Any(static t => !string.IsNullOrEmpty(t));

    private long Count => _counts.Value?.Values.Sum() ?? 0;

    private string Found => _counts.Value is { } counts
        ? Words.Count(Count, "run")
            + (counts.Count > 1
                ? $": {string.Join(", ", counts.OrderByDescending(static c => c.Value).Select(c => $"{c.Value:N0} {NameOf(c.Key)}"))}"
                : "")
        : "";

    private RunOperationReport? Report => _operation?.Result is { Successful: true } result ? result.GetValue<RunOperationReport>() : null;

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (Navigation.Uri == _address)
        {
            return;
        }

        _address = Navigation.Uri;
        if (_before.TryPeek(out var before) && before == _address)
        {
            _before.Pop();
        }

        var hours = int.TryParse(Within, NumberStyles.None, CultureInfo.InvariantCulture, out var within) && within is > 0 and <= 10_000
            ? within
            : Day;
        _query = new RunQuery
        {
            Statuses = Status == "any" ? [] : StatusesOf(Status) is { Count: > 0 } given
                ? given
                : [.. Statuses.Where(static s => s != RunStatus.Succeeded)],
            DeadLetters = Enum.TryParse<DeadLetterState>(DeadLetter, ignoreCase: true, out var state) ? [state] : [],
            From = Time.GetUtcNow() - TimeSpan.FromHours(hours),
            Task = Given(OfTask),
            ErrorType = Given(Error),
            Text = Given(Text),
            Limit = PageSize + 1,
            After = Given(After),
        };
        var filter = string.Join('\n', Status, DeadLetter, Within, OfTask, Error, Text);
        if (_filter != filter)
        {
            _filter = filter;
            _before.Clear();
            _selected.Clear();
            _counts.Clear();
        }

        await ReadAsync();
    }

    /// <inheritdoc />
    protected override async Task OnTickAsync()
    {
        if (_operation is { Result: null } operation)
        {
            await LoadAsync(_asked, async ct => await Client.GetRunAsync(operation.RunId, ct) ?? operation);
            _operation = _asked.Value ?? operation;
        }

        // A text search reads the stored runs, so it runs only when the user requests it.
        if (!_reading && _query.Text is null && Time.GetElapsedTime(_readAt) > RereadAfter)
        {
            await ReadAsync();
        }
    }

    private static IReadOnlyList<RunStatus> StatusesOf(string? text) =>
    [
        .. (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(static s => Enum.TryParse<RunStatus>(s, ignoreCase: true, out var status) ? status : RunStatus.Running)
            .Where(static s => s.IsFinal()).Distinct(),
    ];

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();

    private static string NameOf(string key) => Enum.TryParse<RunStatus>(key, ignoreCase: true, out var status) ? Words.Of(status) : key;

    private static string Shorten(string text, int length) => text.Length > length ? text[..length] + "…" : text;

    private string? TextOf(RunInfo run) => run.Result is not { } result ? null
        : result.Error is { } error ? Session.Masking.Text(run.Task, error)
        : result.HasValue ? Session.Masking.Json(run.Task, MaskedKind.Value, result.Value?.GetRawText() ?? "null") : null;

    private void Go(string name, string? value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            [name] = string.IsNullOrWhiteSpace(value) ? null : value.Trim(),
            ["after"] = null,
        }), replace: true);

    private void Select(RunId run, bool selected) =>
        _ = selected ? _selected.Count < RunSelection.MaxRuns && _selected.Add(run) : _selected.Remove(run);

    private void SelectAll(bool selected)
    {
        foreach (var run in _page.Value ?? [])
        {
            Select(run.RunId, selected);
        }
    }

    private async Task ReadAsync()
    {
        _reading = true;
        var query = _query;
        await LoadAsync(_page, ct => ReadPageAsync(query, ct));
        await LoadAsync(_counts, ct => Client.CountRunsAsync(query with { After = null, Limit = null }, ct: ct));
        (_reading, _readAt) = (false, Time.GetTimestamp());
    }

    private async Task<IReadOnlyList<RunInfo>> ReadPageAsync(RunQuery query, CancellationToken ct)
    {
        var runs = new List<RunInfo>();
        await foreach (var run in Client.RunsAsync(query, ct))
        {
            runs.Add(run);
        }

        if (query == _query)
        {
            _hasMore = runs.Count > PageSize;
        }

        return runs.Count > PageSize ? runs[..PageSize] : runs;
    }

    private void GoOn()
    {
        if (_page.Value is { Count: > 0 } page)
        {
            _before.Push(Navigation.Uri);
            Navigation.NavigateTo(Navigation.GetUriWithQueryParameter("after", _query.PlaceOf(page[^1])));
        }
    }

    /// <summary>Returns to the page before; to the first page if the address was opened with a position.</summary>
    private void GoBack() =>
        Navigation.NavigateTo(_before.TryPop(out var address) ? address : Navigation.GetUriWithQueryParameter("after", (string?)null));

    private static string? MarkOf(RunInfo run) =>
        run.DeadLetter is DeadLetterState.Acknowledged or DeadLetterState.Discarded && run.Marks is [.., var mark]
            ? Words.Of(run.DeadLetter.Value) + (mark.By is { } by ? $" by {by}" : "")
                + (mark.Note is { } note ? $": {Shorten(note, 80)}" : "")
            : null;

    private async Task MarkAsync(RunAction action)
    {
        var count = Words.Count(_selected.Count, "run");
        var note = action == RunAction.Acknowledge
            ? await NoteDialog.AskAsync(Dialogs, "Acknowledge", $"{count} will be marked as seen, with your name and a note.")
            : await NoteDialog.AskAsync(Dialogs, "Discard", $"{count} will be marked as not to be run again, with your name and a note.");
        if (note is null)
        {
            return;
        }

        var done = action == RunAction.Acknowledge ? "acknowledged" : "discarded";
        if (await Notices.TellAsync(
            async () => Show(await Actions.ApplyAsync(action, RunSelection.Of(_selected), note), done), $"The runs are being {done}."))
        {
            _selected.Clear();
        }
    }

    private void Show(RunId operation, string done) =>
        (_operation, _done) = (new RunInfo { RunId = operation, Status = RunStatus.Pending }, done);

    private Task RetryAllAsync() => RetryAsync(
        RunSelection.Of(_query with { After = null, Limit = null, Statuses = _query.Statuses.Count > 0 ? _query.Statuses : Statuses }),
        $"{Words.Count(Count, "run")}, and those that end until you press the button, will be dispatched again, once each, with the same "
            + "arguments.");

    private async Task RetrySelectedAsync()
    {
        if (await RetryAsync(RunSelection.Of(_selected), $"{Words.Count(_selected.Count, "run")} will be dispatched again, once each, "
            + "with the same arguments."))
        {
            _selected.Clear();
        }
    }

    private async Task<bool> RetryAsync(RunSelection selection, string text)
    {
        if (!await Confirm.AskAsync(Dialogs, "Run them again", text, "Run them again", danger: false))
        {
            return false;
        }

        return await Notices.TellAsync(
            async () => Show(await Actions.RetryAllAsync(selection), Again),
            "The runs are being dispatched again.");
    }
}
