using Microsoft.AspNetCore.Components;

namespace OrleansTasks.Ui;

/// <summary>A page that is drawn anew as things happen.</summary>
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

    /// <summary>Ends when the page is left.</summary>
    protected CancellationToken Gone => _gone.Token;

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        Viewer.Changed += Redraw;
        _looking = Feed.Join(() => _ = InvokeAsync(TickAsync));
    }

    /// <summary>About twice a second, on the page's own turn.</summary>
    protected virtual Task OnTickAsync() => Task.CompletedTask;

    /// <summary>Asks the cluster for something; what goes wrong is kept for the page to tell.</summary>
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
            // Whatever it is, the page says it in place of what it cannot show, and goes on.
            target.Fail(turn, Problem.Of(e));
        }
    }

    /// <summary>Draws the page anew.</summary>
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

    /// <summary>Leaves the page.</summary>
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
