using Orleans.Storage;

namespace OrleansTasks;

/// <summary>
/// Writes records of the storage <see cref="TaskStorage.Name"/> with Orleans' own serializer, which tolerates versions, is several times faster than
/// its JSON and does not escape what is JSON already. Records that were written as JSON are read too.
/// </summary>
internal sealed class RecordSerializer(OrleansGrainStorageSerializer records, JsonGrainStorageSerializer json) : IGrainStorageSerializer
{
    // No field of Orleans' format begins with this byte at the top.
    private const byte JsonStart = (byte)'{';

    public BinaryData Serialize<T>(T? input) => records.Serialize(input);

    public T Deserialize<T>(BinaryData input) =>
        (input.ToMemory().Span is [JsonStart, ..] ? json.Deserialize<T>(input) : records.Deserialize<T>(input))!;
}
