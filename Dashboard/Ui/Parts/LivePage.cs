using Microsoft.AspNetCore.Components;

namespace OrleansTasks.Ui;

/// <summary>Represents a page that is rendered again as data changes.</summary>
public abstract class LivePage : ComponentBase, IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly CancellationTokenSource _gone = new();
    private IDisposable? _looking;

    [Inject]
    internal DashboardFeed Feed { get; set; } = null!;

    [Inject]
    internal Viewer Viewer { get; set; } = null!;

    [Inject]
    internal DashboardSession Session { get; set; } = null!;

    [Inject]
    internal ITaskClient Client { get; set; } = null!;

    [Inject]
    internal DashboardActions Actions { get; set; } = null!;

    [Inject]
    internal Notices Notices { get; set; } = null!;

    [Inject]
    internal TimeProvider Time { get; set; } = null!;

    /// <summary>Gets the token that is cancelled when the user leaves the page.</summary>
    protected CancellationToken Gone => _gone.Token;

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        Viewer.Changed += Redraw;
        _looking = Feed.Join(() => _ = InvokeAsync(TickAsync));
    }

    /// <summary>Updates the page. It is called about twice a second, on the page's renderer.</summary>
    protected virtual Task OnTickAsync() => Task.CompletedTask;

    /// <summary>Reads from the cluster, and stores an error for the page to display.</summary>
    protected async Task LoadAsync<T>(Loaded<T> target, Func<CancellationToken, Task<T>> load)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(load);
        using var patience = new CancellationTokenSource(Patience, Time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Gone, patience.Token);
        var turn = target.Begin();
        try
        {
            target.Take(turn, await load(limit.Token));
        }
        catch (Exception e)
        {
            // On any error, the page displays the problem in place of the missing data and continues.
            target.Fail(turn, Problem.Of(e));
        }
    }

    /// <summary>Renders the page again.</summary>
    protected void Redraw() => _ = InvokeAsync(StateHasChanged);

    private async Task TickAsync()
    {
        if (!_gone.IsCancellationRequested)
        {
            await OnTickAsync();
            StateHasChanged();
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Stops the updates of the page.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (disposing && !_gone.IsCancellationRequested)
        {
            Viewer.Changed -= Redraw;
            _looking?.Dispose();
            _gone.Cancel();
        }
    }
}
