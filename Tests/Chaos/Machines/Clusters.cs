namespace OrleansTasks.Chaos.Machines;

/// <summary>Chooses the cluster to check.</summary>
internal static class Clusters
{
    /// <summary>Returns what the check needs and does not find; null if nothing is missing.</summary>
    public static string? Missing(ChaosOptions options) => options.Attachment is not { } attachment ? OwnCluster.Missing(options)
        : Directory.Exists(attachment.Records) ? null
        : $"there is no folder {attachment.Records} (--records).";

    public static async Task<ITestedCluster> StartAsync(ChaosOptions options, TimeProvider time) => options.Attachment is { } attachment
        ? new AttachedCluster(options, attachment, time)
        : await OwnCluster.StartAsync(options, time);
}
