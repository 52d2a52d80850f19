using Orleans.Concurrency;

namespace OrleansTasks.Benchmarks;

/// <summary>What a bare Orleans call costs with the same payload both ways.</summary>
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
