namespace OrleansTasks.Programs;

/// <summary>How the two programs start.</summary>
internal static class Starting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>Runs until the program is told to stop. Starts everything, or stops in order what had been started when something failed, such as a port that is in use: what is merely dropped logs pages about itself.</summary>
    public static async Task RunInOrderAsync(this WebApplication app)
    {
        try
        {
            await StartAsync(app);
            await app.WaitForShutdownAsync();
        }
        finally
        {
            await app.DisposeAsync();
        }
    }

    private static async Task StartAsync(WebApplication app)
    {
        try
        {
            await app.StartAsync();
        }
        catch
        {
            using var patience = new CancellationTokenSource(Patience);
            await app.StopAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }
}
