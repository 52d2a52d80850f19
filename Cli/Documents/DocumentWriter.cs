using System.Text.Json;
using System.Text.Json.Nodes;

namespace OrleansTasks.Cli.Documents;

/// <summary>Writes files that <see cref="DocumentReader"/> reads.</summary>
internal static class DocumentWriter
{
    private static readonly JsonObject Defaults = OptionsJson(TaskOptions.Default);
    private static readonly JsonSerializerOptions Indented = new(TaskJson.Options) { WriteIndented = true };

    public static string Write(TaskDocument document, bool json)
    {
        var root = new JsonObject();
        if (document.Set is not null)
        {
            root["set"] = document.Set;
        }

        if (document.Calendars.Count > 0)
        {
            root["calendars"] = JsonSerializer.SerializeToNode(document.Calendars, TaskJson.Options);
        }

        if (document.Groups.Count > 0)
        {
            root["groups"] = JsonSerializer.SerializeToNode(document.Groups, TaskJson.Options);
        }

        var tasks = new JsonObject();
        foreach (var task in document.Tasks)
        {
            tasks[task.Name] = JsonOf(task);
        }

        root["tasks"] = tasks;
        return json ? root.ToJsonString(Indented) + "\n" : YamlJson.Write(root);
    }

    /// <summary>Returns the body of the request that registers a task.</summary>
    public static JsonObject JsonOf(DeclaredTask task)
    {
        var all = new JsonObject();
        Add(all, "handler", task.HandlerName == task.Name ? null : task.HandlerName);
        Add(all, "schedule", JsonSerializer.SerializeToNode(task.Schedule, TaskJson.Options));
        if (task.Arguments is { IsEmpty: false } arguments)
        {
            Add(all, "args", arguments.Count > 0 ? JsonNode.Parse(arguments.Positional.GetRawText()) : null);
            Add(all, "named", arguments.NamedArguments is { } named ? JsonNode.Parse(named.GetRawText()) : null);
        }

        Add(all, "headers", task.Headers is { Count: > 0 } headers ? JsonSerializer.SerializeToNode(headers, TaskJson.Options) : null);
        var options = OptionsOf(task.Options);
        Add(all, "options", options.Count > 0 ? options : null);
        Add(all, "paused", task.Pause?.DeepClone() ?? (task.Paused is { } paused ? JsonValue.Create(paused) : null));
        return all;
    }

    /// <summary>Returns the options that differ from their defaults.</summary>
    public static JsonObject OptionsOf(TaskOptions options)
    {
        var all = OptionsJson(options);
        foreach (var name in all.Where(o => o.Value is null || JsonNode.DeepEquals(o.Value, Defaults[o.Key])).Select(static o => o.Key)
            .ToList())
        {
            all.Remove(name);
        }

        return all;
    }

    private static JsonObject OptionsJson(TaskOptions options) => (JsonObject)JsonSerializer.SerializeToNode(options, TaskJson.Options)!;

    private static void Add(JsonObject all, string name, JsonNode? value)
    {
        if (value is not null)
        {
            all[name] = value;
        }
    }
}
