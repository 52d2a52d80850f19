using System.Text.Json;

namespace OrleansTasks.Client.Http;

/// <summary>Provides the JSON options for requests and answers.</summary>
internal static class ApiJson
{
    /// <summary>Gets the options, with the contracts of <see cref="WireJson"/> and the rules of <see cref="TaskJson"/>.</summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = TaskJson.CreateOptions();
        options.TypeInfoResolver = WireJson.Default;
        options.MakeReadOnly();
        return options;
    }
}
