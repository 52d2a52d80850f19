using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;

namespace OrleansTasks.Simulation;

/// <summary>Copies records by writing and reading them, with the serializer that stores use.</summary>
internal sealed class RecordCopier
{
    private readonly Serializer _serializer = new ServiceCollection().AddSerializer().BuildServiceProvider().GetRequiredService<Serializer>();

    public T Copy<T>(T record) => _serializer.Deserialize<T>(_serializer.SerializeToArray(record))!;
}
