using System.Text.Json;
using System.Text.Json.Serialization;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Reads and writes the effects as an array of names.</summary>
internal sealed class OccurrenceEffectsJsonConverter : JsonConverter<OccurrenceEffects>
{
    private static readonly (OccurrenceEffects Flag, string Name)[] Names =
        [.. Enum.GetValues<OccurrenceEffects>().Where(f => f != OccurrenceEffects.None)
            .Select(f => (f, JsonNamingPolicy.CamelCase.ConvertName(f.ToString())))];

    public override OccurrenceEffects Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var names = JsonSerializer.Deserialize<string[]>(ref reader, options) ?? [];
        return names.Aggregate(OccurrenceEffects.None, (all, name) => all | Names.FirstOrDefault(n => n.Name == name).Flag);
    }

    public override void Write(Utf8JsonWriter writer, OccurrenceEffects value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        foreach (var (flag, name) in Names)
        {
            if (value.HasFlag(flag))
            {
                writer.WriteStringValue(name);
            }
        }

        writer.WriteEndArray();
    }
}
