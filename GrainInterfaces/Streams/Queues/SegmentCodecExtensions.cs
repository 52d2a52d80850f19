using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization.Codecs;
using Orleans.Serialization.Configuration;

namespace OrleansTasks.Streams.Queues;

/// <summary>Puts <see cref="SegmentCodec{T}"/> in the place of Orleans' own.</summary>
internal static class SegmentCodecExtensions
{
    public static void AddSegmentCodec(this IServiceCollection services) => services.PostConfigure<TypeManifestOptions>(static types =>
    {
        types.FieldCodecs.Remove(typeof(ArraySegmentCodec<>));
        types.Serializers.Remove(typeof(ArraySegmentCodec<>));
        types.Serializers.Add(typeof(SegmentCodec<>));
        types.Copiers.Remove(typeof(ArraySegmentCopier<>));
        types.Copiers.Add(typeof(SegmentCopier<>));
    });
}
