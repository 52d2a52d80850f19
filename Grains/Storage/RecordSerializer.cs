using Orleans.Serialization;
using Orleans.Storage;

namespace OrleansTasks.Storage;

/// <summary>
/// Writes records of the storage <see cref="TaskStorage.Name"/> with Orleans' own serializer, which tolerates versions, is several times faster than
/// its JSON and does not escape what is JSON already. Records that were written as JSON are read too.
/// </summary>
internal sealed class RecordSerializer(Serializer serializer, OrleansGrainStorageSerializer records, JsonGrainStorageSerializer json) : IGrainStorageSerializer
{
    // No field of Orleans' format begins with this byte at the top.
    private const byte JsonStart = (byte)'{';

    // In one piece and no larger than it is: what Orleans' own would give keeps twice the memory, and is copied while it grows.
    public BinaryData Serialize<T>(T? input) => new(serializer.SerializeToArray(input));

    public T Deserialize<T>(BinaryData input) =>
        (input.ToMemory().Span is [JsonStart, ..] ? json.Deserialize<T>(input) : records.Deserialize<T>(input))!;
}
