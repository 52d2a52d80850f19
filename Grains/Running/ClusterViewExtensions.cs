namespace OrleansTasks.Running;

/// <summary>Contains what all callers that ask silos do with the list of silos.</summary>
internal static class ClusterViewExtensions
{
    /// <summary>Updates the list of silos to at least the version that another silo knows, so that lost silos are known here too.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="version">The <see cref="IClusterView.Version"/> of the caller's silo.</param>
    /// <exception cref="InvalidOperationException">The list of silos that can be read is older than that.</exception>
    public static async Task LearnAsync(this IClusterView cluster, long version)
    {
        if (cluster.Version < version)
        {
            await cluster.RefreshAsync();
        }

        if (cluster.Version < version)
        {
            throw new InvalidOperationException($"{cluster.Local} knows version {cluster.Version} of the list of silos, and could not "
                + $"read version {version}. Ask again.");
        }
    }

    /// <summary>
    /// Updates the list, so that it includes silos that have just joined. If the list cannot be read, the known silos remain in use.
    /// </summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="patience">The longest wait for the list.</param>
    /// <param name="pauses">The clock of that wait.</param>
    /// <param name="onFault">Called with the reason if the list could not be read.</param>
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
