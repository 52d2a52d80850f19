namespace OrleansTasks.Running;

/// <summary>What all who ask silos do with the list of them.</summary>
internal static class ClusterViewExtensions
{
    /// <summary>Learns what others know: which silos are lost, too.</summary>
    /// <param name="cluster">The silos.</param>
    /// <param name="version">The <see cref="IClusterView.Version"/> of whoever asks here.</param>
    /// <exception cref="InvalidOperationException">The list of silos that can be read is older than that.</exception>
    public static async Task LearnAsync(this IClusterView cluster, long version)
    {
        if (cluster.Version < version)
        {
            await cluster.RefreshAsync();
        }

        if (cluster.Version < version)
        {
            throw new InvalidOperationException($"{cluster.Local} knows version {cluster.Version} of the list of silos, and could not read version {version}.");
        }
    }

    /// <summary>Learns of silos that have only just joined. While the list of silos cannot be read, it is gone on with those that are known.</summary>
    /// <param name="cluster">The silos.</param>
    /// <param name="patience">How long the reading is waited for.</param>
    /// <param name="pauses">The clock of that wait.</param>
    /// <param name="onFault">Is told why the list could not be read.</param>
    public static async Task TryRefreshAsync(this IClusterView cluster, TimeSpan patience, TimeProvider pauses, Action<string> onFault)
    {
        try
        {
            await cluster.RefreshAsync().WaitAsync(patience, pauses);
        }
        catch (Exception e)
        {
            onFault(e.Message);
        }
    }
}
