using System.Text.Json;
using Orleans.Metadata;
using OrleansTasks.Calls;

namespace OrleansTasks.Handlers;

/// <summary>
/// Puts the names of this silo's handlers into the silo's grain manifest. Orleans sends it to every silo together with the news that this
/// silo has joined, so no silo is known without its handlers.
/// </summary>
internal sealed class HandlerAnnouncement(HandlerCatalog handlers) : IGrainPropertiesProvider
{
    private const string Property = "orleans-tasks.handlers";
    private const string ParametersProperty = "orleans-tasks.parameters";

    // Names have no control characters, so a name cannot contain this one.
    private const char Separator = '\n';
    private static readonly GrainType Tasks = GrainType.Create(EngineGrains.Task);

    public void Populate(Type grainClass, GrainType grainType, Dictionary<string, string> properties)
    {
        if (grainType == Tasks)
        {
            properties[Property] = string.Join(Separator, handlers.Names);
            properties[ParametersProperty] = JsonSerializer.Serialize(handlers.Describe(), TaskJson.Options);
        }
    }

    public static IEnumerable<string> Read(GrainManifest manifest) =>
        manifest.Grains.TryGetValue(Tasks, out var grain)
        && grain.Properties.TryGetValue(Property, out var names) && names.Length > 0
            ? names.Split(Separator)
            : [];

    /// <summary>
    /// Reads the same handlers with their parameters, for people. The manifest of a silo of an earlier version does not contain them.
    /// </summary>
    public static IEnumerable<HandlerInfo> ReadParameters(GrainManifest manifest) =>
        manifest.Grains.TryGetValue(Tasks, out var grain)
        && grain.Properties.TryGetValue(ParametersProperty, out var json)
        && JsonSerializer.Deserialize<IReadOnlyList<HandlerInfo>>(json, TaskJson.Options) is { } described
            ? described
            : Read(manifest).Select(name => new HandlerInfo { Name = name, TakesAny = true });
}
