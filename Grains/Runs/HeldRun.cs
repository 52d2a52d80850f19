namespace OrleansTasks.Runs;

/// <summary>A run that a silo's runner has, as it tells a task that looks for its runs.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.HeldRun")]
internal sealed record HeldRun([property: Id(0)] RunOrder Order, [property: Id(1)] DateTimeOffset? StartedAt, [property: Id(2)] bool Cancelling)
{
    /// <summary>About how many bytes it takes.</summary>
    public static long SizeOf(HeldRun run) => 512 + run.Order.HeldBytes;
}
