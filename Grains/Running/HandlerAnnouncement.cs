using Orleans.Metadata;

namespace OrleansTasks;

/// <summary>
/// Puts the names of this silo's handlers into the silo's grain manifest, which Orleans gives to every silo with the news that this
/// one has joined: no silo is known without its handlers being known.
/// </summary>
internal sealed class HandlerAnnouncement(HandlerCatalog handlers) : IGrainPropertiesProvider
{
    private const string Property = "orleans-tasks.handlers";

    // Names have no control characters, so this cannot occur in one.
    private const char Separator = '\n';

    public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        if (grainClass == typeof(TaskGrain))
        {
            properties[Property] = string.Join(Separator, handlers.Names);
        }
    }

    public static IEnumerable<string> Read(GrainManifest manifest) =>
        manifest.Grains.TryGetValue(GrainType.Create(TaskGrain.Type), out var grain)
        && grain.Properties.TryGetValue(Property, out var names) && names.Length > 0
            ? names.Split(Separator)
            : [];
}
