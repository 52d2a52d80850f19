using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Configuration;

namespace OrleansTasks.Streams.Queues;

/// <summary>
/// Replaces Orleans' codec by <see cref="SegmentCodec{T}"/>, unless <see cref="TaskClientOptions.ReplaceSegmentCodec"/> is false.
/// </summary>
internal static class SegmentCodecExtensions
{
    public static void AddSegmentCodec(this IServiceCollection services) =>
        services.AddOptions<TypeManifestOptions>().PostConfigure<IOptions<TaskClientOptions>>(static (types, client) =>
        {
            if (!client.Value.ReplaceSegmentCodec)
            {
                return;
            }

            types.FieldCodecs.Remove(typeof(ArraySegmentCodec<>));
            types.Serializers.Remove(typeof(ArraySegmentCodec<>));
            types.Serializers.Add(typeof(SegmentCodec<>));
            types.Copiers.Remove(typeof(ArraySegmentCopier<>));
            types.Copiers.Add(typeof(SegmentCopier<>));
        });
}
