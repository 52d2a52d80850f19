namespace OrleansTasks.Runs;

/// <summary>Represents a run that a silo's runner has, as it reports it to a task that looks for its runs.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.HeldRun")]
internal sealed record HeldRun([property: Id(0)] RunOrder Order, [property: Id(1)] DateTimeOffset? StartedAt,
    [property: Id(2)] bool Cancelling)
{
    /// <summary>Returns the approximate size, in bytes.</summary>
    public static long SizeOf(HeldRun run) => 512 + run.Order.HeldBytes;
}
