using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace OrleansTasks.Running;

/// <summary>
/// Keeps a silo that has just started from taking up runs that may have ended its predecessor: first its host is to have started, so that it answers, and can be asked and told what to do.
/// </summary>
internal sealed class StartGate([FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time, IHostApplicationLifetime? host = null)
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    // A host may wait, before it has started, for the very run that waits here.
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);
    private readonly TaskCompletionSource _open = Completions.New();

    public bool IsOpen => _open.Task.IsCompleted;

    /// <summary>Ends when such runs may begin.</summary>
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
