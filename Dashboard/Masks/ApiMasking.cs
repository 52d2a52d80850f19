using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Events;
using OrleansTasks.Hosting;
using OrleansTasks.Settings;

namespace OrleansTasks.Masks;

/// <summary>Applies the host's masking hook to JSON before it leaves the API. Member names decide which values are masked.</summary>
/// <remarks>Without a hook, JSON is not inspected.</remarks>
internal sealed class ApiMasking(IServiceProvider services, TasksApiOptions options)
{
    private readonly MaskingFaults _faults = services.GetService<MaskingFaults>()
        ?? new MaskingFaults(services.GetService<TimeProvider>() ?? TimeProvider.System,
            new ContainedLogger<MaskingFaults>(services.GetRequiredService<ILoggerFactory>()));
    private IReadOnlyList<Func<string?, MaskedKind, string, string>>? _hooks;

    /// <summary>Returns a response with masked values.</summary>
    public object? Answer(object? answer) =>
        Hooks.Count > 0 && answer is IValueHttpResult { Value: { } value }
            ? TypedResults.Text(
                Masked(JsonSerializer.SerializeToNode(value, value.GetType(), TaskJson.Options)),
                (answer as IContentTypeHttpResult)?.ContentType ?? "application/json; charset=utf-8", null,
                (answer as IStatusCodeHttpResult)?.StatusCode)
            : answer;

    /// <summary>Returns an event with masked values.</summary>
    public EventData Event(EventData data) =>
        Hooks.Count > 0
            ? data with { Json = System.Text.Encoding.UTF8.GetBytes(Masked(JsonNode.Parse(data.Json), data.Type == "broadcast")) }
            : data;

    private IReadOnlyList<Func<string?, MaskedKind, string, string>> Hooks => _hooks ??= FindHooks();

    private List<Func<string?, MaskedKind, string, string>> FindHooks()
    {
        if (options.Mask is { } own)
        {
            return [own];
        }

        // The hooks are looked up at the first request, because dashboards may be mapped after the API.
        return services.GetService<DashboardMounts>()?.All.Select(m => m.Options.Mask).OfType<Func<string?, MaskedKind, string, string>>()
            .Distinct().ToList() ?? [];
    }

    private string Masked(JsonNode? root, bool isBroadcast = false)
    {
        if (isBroadcast && root is JsonObject broadcast)
        {
            broadcast["message"] = Masked(TaskOf(broadcast, null), MaskedKind.Broadcast, broadcast["message"]);
        }
        else
        {
            Visit(root, null);
        }

        return root?.ToJsonString(TaskJson.Options) ?? "null";
    }

    private void Visit(JsonNode? node, string? task)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array)
            {
                Visit(item, task);
            }
        }
        else if (node is JsonObject json)
        {
            task = TaskOf(json, task);
            foreach (var (name, value) in json.ToList())
            {
                if (name == "errors" && value is JsonArray texts)
                {
                    json[name] = new JsonArray([.. texts.Select(t => Masked(task, MaskedKind.Text, t))]);
                }
                else if (KindOf(json, name) is { } kind && value is not null)
                {
                    json[name] = Masked(task, kind, value);
                }
                else
                {
                    Visit(value, task);
                }
            }
        }
    }

    /// <summary>Returns the kind of user data in a member; null for the library's own data.</summary>
    private static MaskedKind? KindOf(JsonObject of, string name) => name switch
    {
        "arguments" or "args" or "named" => MaskedKind.Arguments,
        "headers" => MaskedKind.Headers,
        "value" when of.ContainsKey("runId") || of.ContainsKey("status") => MaskedKind.Value,
        "progress" => MaskedKind.Progress,
        "error" or "lastError" or "stack" or "note" or "pauseNote" or "detail" or "message" => MaskedKind.Text,
        _ => null,
    };

    private static string? TaskOf(JsonObject json, string? around) =>
        Text(json, "task") ?? (Text(json, "runId") is { } run && RunId.TryParse(run, null, out var id) ? id.Task : null)
            ?? (json.ContainsKey("handler") ? Text(json, "name") : null) ?? around;

    private static string? Text(JsonObject json, string name) =>
        json.TryGetPropertyValue(name, out var value) && value is JsonValue text && text.TryGetValue<string>(out var found) ? found : null;

    private JsonNode? Masked(string? task, MaskedKind kind, JsonNode? value)
    {
        var json = value?.ToJsonString(TaskJson.Options) ?? "null";
        foreach (var hook in Hooks)
        {
            json = new Masking(hook, _faults).Json(task, kind, json);
        }

        return Masking.Node(json);
    }
}
