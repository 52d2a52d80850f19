using System.Text.Json;
using OrleansTasks.Schedules;

namespace OrleansTasks.Records;

/// <summary>Defines how stored records are written as JSON.</summary>
internal static class StoredJson
{
    /// <summary>Gets the options, which are read-only.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions(TaskJson.Options) { MaxDepth = TaskJson.MaxStoredDepth };
        options.Converters.Add(new TaskScheduleJsonConverter(check: false));
        options.MakeReadOnly();
        return options;
    }
}
