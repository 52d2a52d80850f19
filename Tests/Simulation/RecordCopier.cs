using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace OrleansTasks.Simulation;

/// <summary>Writes and reads records with the serializer that the stores use.</summary>
internal sealed class RecordCopier
{
    private readonly Serializer _serializer = new ServiceCollection().AddSerializer().BuildServiceProvider()
        .GetRequiredService<Serializer>();

    public byte[] Write<T>(T record) => _serializer.SerializeToArray(record);

    public T Read<T>(byte[] record) => _serializer.Deserialize<T>(record)!;
}
