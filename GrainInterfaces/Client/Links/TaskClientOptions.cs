namespace OrleansTasks;

/// <summary>Settings of the task client.</summary>
public sealed class TaskClientOptions
{
    /// <summary>How long a starting client tries to reach the cluster. Default: 30 s. Zero: one attempt. Range: up to 1 day.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a call that meets the loss of a silo is repeated. Default: 30 s. Zero: not at all. Range: up to 1 day.</summary>
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How many items a subscriber that is slow may be behind. Default: 10,000. Range: from 16.</summary>
    /// <remarks>Results beyond that are fetched from the history when the subscriber gets to them; broadcasts beyond it are dropped, the oldest first.</remarks>
    public int SubscriberBuffer { get; set; } = 10_000;

    /// <summary>How many bytes of items a subscriber that is slow may be behind. Default: 32 MiB. Range: from 1 MiB.</summary>
    /// <remarks>It bounds the same as <see cref="SubscriberBuffer"/>, whichever is reached first; the newest item waits however large it is. The results that wait until earlier ones were read from the history may take as much again.</remarks>
    public long SubscriberBufferSize { get; set; } = 32 << 20;

    /// <summary>How often a quiet subscription is compared with the cluster. Default: 5 s. Range: 100 ms to 1 hour.</summary>
    /// <remarks>It finds a lost last result, and a subscription that a restarted cluster no longer knows.</remarks>
    public TimeSpan SubscriptionCheckPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The largest broadcast, in bytes of JSON. Default: 256 KiB. Range: 1 KiB to 64 MiB.</summary>
    public int MaxBroadcastSize { get; set; } = 256 << 10;

    /// <summary>
    /// Gets or sets whether Orleans' codec and copier of <see cref="ArraySegment{T}"/>, of which streams in memory consist, are replaced by faster ones in the whole host. Default: true.
    /// </summary>
    /// <remarks>
    /// The format is the same, so processes with and without it understand each other. Set this to false where the host has a codec of its own for segments, or wants only Orleans' own.
    /// Writing and reading results then takes more processor time. It is read once, when the host first serializes something.
    /// </remarks>
    public bool ReplaceSegmentCodec { get; set; } = true;
}
