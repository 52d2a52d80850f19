namespace OrleansTasks;

/// <summary>Defines the settings of the task client.</summary>
public sealed class TaskClientOptions
{
    /// <summary>
    /// Gets or sets how long a starting client tries to reach the cluster. Default: 30 s. Zero: one attempt. Range: up to 1 day.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Gets or sets how long a call is repeated that fails because a silo is lost. Default: 30 s. Zero: no repetition. Range: up to 1 day.
    /// </summary>
    public TimeSpan RetryFor { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Gets or sets the number of items that a slow subscriber may be behind. Default: 10,000. Range: from 16.</summary>
    /// <remarks>
    /// Results beyond the limit are read from the history when the subscriber reaches them. Broadcasts beyond it are dropped, oldest first.
    /// </remarks>
    public int SubscriberBuffer { get; set; } = 10_000;

    /// <summary>
    /// Gets or sets the size of the items that a slow subscriber may be behind, in bytes. Default: 32 MiB. Range: from 1 MiB.
    /// </summary>
    /// <remarks>
    /// This limit and <see cref="SubscriberBuffer"/> apply together; the one reached first takes effect. The newest item is always kept,
    /// whatever its size. Results that wait while earlier ones are read from the history may take the same amount again.
    /// </remarks>
    public long SubscriberBufferSize { get; set; } = 32 << 20;

    /// <summary>Gets or sets how often a quiet subscription is compared with the cluster. Default: 5 s. Range: 100 ms to 1 hour.</summary>
    /// <remarks>The check finds a lost last result, and a subscription that a restarted cluster no longer knows.</remarks>
    public TimeSpan SubscriptionCheckPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Gets or sets the maximum size of a broadcast, in bytes of JSON. Default: 256 KiB. Range: 1 KiB to 64 MiB.</summary>
    public int MaxBroadcastSize { get; set; } = 256 << 10;

    /// <summary>
    /// Gets or sets a value indicating whether faster ones replace Orleans' codec and copier of <see cref="ArraySegment{T}"/>, which memory
    /// streams use, in the whole host. Default: true.
    /// </summary>
    /// <remarks>
    /// The format is the same, so processes with and without them understand each other. Set this to false if the host has its own codec
    /// for segments, or must use only Orleans' own. Writing and reading results then takes more processor time. The value is read once,
    /// when the host first serializes something.
    /// </remarks>
    public bool ReplaceSegmentCodec { get; set; } = true;
}
