using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OrleansTasks.Running;

/// <summary>
/// Delays runs that may have ended a previous silo process, until the host of a new silo has started. The new process then answers, and an
/// operator can inspect and control it.
/// </summary>
internal sealed class StartGate([FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time, IHostApplicationLifetime? host = null)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    // Before it has started, a host may wait for the very run that waits here.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private readonly TaskCompletionSource _open = Completions.New();

    public bool IsOpen => _open.Task.IsCompleted;

    /// <summary>Gets a task that ends when such runs may start.</summary>
    public Task Opened => _open.Task;

    /// <summary>Called when the silo is active.</summary>
    public void SiloStarted() => OpenAsync().Ignore();

    private async Task OpenAsync()
    {
        try
        {
            if (host is not null)
            {
                var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                using var registration = host.ApplicationStarted.Register(static s => ((TaskCompletionSource)s!).TrySetResult(), started);
                await started.Task.WaitAsync(Longest, time).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }

            await Task.Delay(Margin, time).ConfigureAwait(false);
        }
        finally
        {
            _open.TrySetResult();
        }
    }
}
