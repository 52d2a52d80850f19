namespace OrleansTasks.Programs;

/// <summary>Starts the two programs.</summary>
internal static class Starting
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Runs the program until it is asked to stop. If a part fails to start, for example because a port is in use, the parts that have
    /// started are stopped in order. Parts that are only disposed would log many pages of errors.
    /// </summary>
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
