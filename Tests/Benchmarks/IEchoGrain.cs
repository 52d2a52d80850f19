using Orleans.Concurrency;

namespace OrleansTasks.Benchmarks;

/// <summary>Represents a grain that measures the cost of a bare Orleans call, with the same payload in both directions.</summary>
public interface IEchoGrain : IGrainWithStringKey
{
    ValueTask<byte[]> CallAsync(byte[] arguments);
}

[Reentrant]
internal sealed class EchoGrain : Grain, IEchoGrain
{
    private static readonly byte[] Value = "13"u8.ToArray();

    public ValueTask<byte[]> CallAsync(byte[] arguments) => new(Value);
}
