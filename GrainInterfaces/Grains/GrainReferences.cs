namespace OrleansTasks.Grains;

/// <summary>
/// Creates references to grains of this library. <see cref="IGrainFactory"/> reads attributes of the interface by reflection for each
/// reference, which takes longer than much of a call. The result is the same each time, so it is cached.
/// </summary>
internal static class GrainReferences
{
    public static T Refer<T>(this IGrainFactory grains, string key)
        where T : IGrainWithStringKey => Refer<T>(grains, IdSpan.Create(key));

    public static T Refer<T>(this IGrainFactory grains, long key)
        where T : IGrainWithIntegerKey => Refer<T>(grains, GrainIdKeyExtensions.CreateIntegerKey(key));

    public static T Refer<T>(this IGrainFactory grains, Guid key)
        where T : IGrainWithGuidKey => Refer<T>(grains, GrainIdKeyExtensions.CreateGuidKey(key));

    private static T Refer<T>(IGrainFactory grains, IdSpan key)
    {
        if (Kind<T>.Known is { } kind)
        {
            return (T)grains.GetGrain(GrainId.Create(kind.Grain, key), kind.Interface);
        }

        // Fails while no known silo has such grains.
        var reference = grains.GetGrain(typeof(T), key);
        if (reference is GrainReference first)
        {
            Kind<T>.Known = new Found(first.GrainId.Type, first.InterfaceType);
        }

        return (T)reference;
    }

    private static class Kind<T>
    {
        public static Found? Known { get; set; }
    }

    private sealed record Found(GrainType Grain, GrainInterfaceType Interface);
}
