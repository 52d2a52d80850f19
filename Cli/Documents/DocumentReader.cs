using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansTasks.Cli.Hosting;

namespace OrleansTasks.Cli.Documents;

/// <summary>Reads a file that declares tasks. It reports all errors at once, each with its path.</summary>
internal sealed class DocumentReader
{
    private static readonly string[] Members = ["set", "tasks", "groups", "calendars"];
    private static readonly string[] TaskMembers = ["handler", "schedule", "args", "named", "headers", "options", "paused"];

    private static readonly JsonSerializerOptions Strict = new(TaskJson.Options)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow
    };

    private readonly List<string> _faults = [];

    /// <exception cref="CliException">The file is neither YAML nor JSON.</exception>
    public static (TaskDocument Document, IReadOnlyList<string> Faults) Read(string text, string file)
    {
        JsonNode? root;
        if (text.AsSpan().TrimStart() is ['{', ..] && !file.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase)
            && !file.EndsWith(".yml", StringComparison.OrdinalIgnoreCase))
        {
            try
            {
                root = JsonNode.Parse(text,
                    documentOptions: new JsonDocumentOptions
                    {
                        AllowDuplicateProperties = false,
                        AllowTrailingCommas = true,
                        CommentHandling = JsonCommentHandling.Skip
                    });
            }
            catch (JsonException e)
            {
                throw CliException.Usage($"{file} is not valid JSON: {e.Message} Fix that place.");
            }
        }
        else
        {
            root = YamlJson.Read(text, file);
        }

        var reader = new DocumentReader();
        return (reader.ReadRoot(root), reader._faults);
    }

    private TaskDocument ReadRoot(JsonNode? root)
    {
        if (root is not JsonObject members)
        {
            _faults.Add("The file is empty or a list. It must be an object with members such as 'tasks'.");
            return new TaskDocument();
        }

        // In a configuration file of a host, the section OrleansTasks contains everything.
        if (members.Count == 1 && members.First() is { Value: JsonObject section } only
            && only.Key.Equals("OrleansTasks", StringComparison.OrdinalIgnoreCase))
        {
            members = section;
        }

        members = Named(members, "", Members);
        return new TaskDocument
        {
            Set = ReadSet(members["set"]),
            Tasks =
                [.. Children(members["tasks"], "tasks").Select(t => ReadTask(t.Name, t.Value, $"tasks.{t.Name}")).OfType<DeclaredTask>()],
            Groups = ReadNamed<RunGroup>(members["groups"], "groups",
                static (n, g) => [.. TaskNames.Fault(n) is { } fault ? new[] { fault } : [], .. g.Faults()]),
            Calendars = ReadNamed<BusinessCalendar>(members["calendars"], "calendars",
                static (n, c) => [.. BusinessCalendar.NameFault(n) is { } fault ? new[] { fault } : [], .. c.Faults()]),
        };
    }

    private DeclaredTask? ReadTask(string name, JsonNode? node, string path)
    {
        var before = _faults.Count;
        if (node is not (null or JsonObject))
        {
            _faults.Add($"{path}: the value must be an object with members such as 'handler'.");
            return null;
        }

        var members = Named(node as JsonObject ?? [], path, TaskMembers);
        var (paused, pause) = ReadPause(members["paused"], path);
        var task = new DeclaredTask
        {
            Name = name,
            Handler = Value<string>(members["handler"], $"{path}.handler"),
            Schedule = Value<TaskSchedule>(Camel(members["schedule"]), $"{path}.schedule"),
            Arguments = ReadArguments(members["args"], members["named"], path),
            Headers = Value<Dictionary<string, string>>(members["headers"], $"{path}.headers"),
            Options = Value<TaskOptions>(Camel(members["options"]), $"{path}.options") ?? TaskOptions.Default,
            Paused = paused,
            Pause = pause,
        };
        if (_faults.Count > before)
        {
            return null;
        }

        if (HasAfter(task.Schedule))
        {
            _faults.Add(
                $"{path}.schedule: 'after' counts from each registration, so applying the file again would plan the task again. Use "
                    + "'at' instead.");
        }

        _faults.AddRange(task.Registration.Faults().Select(f => $"{path}: {f}"));
        return task;
    }

    private static bool HasAfter(TaskSchedule? schedule) =>
        schedule is AfterSchedule || (schedule is UnionSchedule union && union.Schedules.Concat(union.Exceptions).Any(HasAfter));

    private TaskArguments? ReadArguments(JsonNode? args, JsonNode? named, string path)
    {
        if (args is not (null or JsonArray))
        {
            _faults.Add($"{path}.args: positional arguments must be a list. Use 'named' for named arguments.");
        }

        if (named is not (null or JsonObject))
        {
            _faults.Add($"{path}.named: named arguments must be an object. Use 'args' for positional arguments.");
        }

        var positional = args is JsonArray ? TaskArguments.FromJson(JsonSerializer.SerializeToElement(args)) : null;
        return named is JsonObject
            ? (positional ?? TaskArguments.None).WithNamed(TaskArguments.FromJson(JsonSerializer.SerializeToElement(named)))
            : positional;
    }

    private (bool? Paused, JsonObject? Pause) ReadPause(JsonNode? node, string path)
    {
        switch (node?.GetValueKind())
        {
            case null:
                return (null, null);
            case JsonValueKind.True or JsonValueKind.False:
                return (node.GetValue<bool>(), null);
            case JsonValueKind.Object:
                var pause = Named((JsonObject)node, $"{path}.paused", ["note", "until", "occurrences"]);
                foreach (var (name, value) in pause.Where(static p => p.Value?.GetValueKind() is not (null or JsonValueKind.String)))
                {
                    _faults.Add($"{path}.paused.{name}: the value must be a string, not {value!.ToJsonString()}.");
                }

                return (true, pause);
            default:
                _faults.Add($"{path}.paused: the value must be true, false, or an object with 'note' and 'until'.");
                return (null, null);
        }
    }

    private string? ReadSet(JsonNode? node)
    {
        var set = Value<string>(node, "set");
        if (set is not null && (TaskNames.Fault(set) ?? (set.Contains(',', StringComparison.Ordinal) ? "it contains a comma; leave it "
            + "out." : null)) is { } fault)
        {
            _faults.Add($"set: {fault}");
        }

        return set;
    }

    private Dictionary<string, T> ReadNamed<T>(JsonNode? node, string path, Func<string, T, IEnumerable<string>> faultsOf)
        where T : class, new()
    {
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var (name, value) in Children(node, path))
        {
            var before = _faults.Count;
            var read = Value<T>(Camel(value), $"{path}.{name}") ?? new T();
            if (_faults.Count == before)
            {
                _faults.AddRange(faultsOf(name, read).Select(f => $"{path}.{name}: {f}"));
                all[name] = read;
            }
        }

        return all;
    }

    private IEnumerable<(string Name, JsonNode? Value)> Children(JsonNode? node, string path)
    {
        if (node is not (null or JsonObject))
        {
            _faults.Add($"{path}: the value must be an object.");
        }

        return node is JsonObject members ? members.Select(static m => (m.Key, m.Value)).ToList() : [];
    }

    /// <summary>Returns the known members under the names that this tool uses. The case of names does not matter.</summary>
    private JsonObject Named(JsonObject members, string path, string[] known)
    {
        var all = new JsonObject();
        foreach (var (name, value) in members)
        {
            var wanted = known.FirstOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase));
            if (wanted is null || !all.TryAdd(wanted, value?.DeepClone()))
            {
                var member = path.Length == 0 ? name : $"{path}.{name}";
                _faults.Add(wanted is null
                    ? $"{member}: This name is not known. The known names are {string.Join(", ", known)}."
                    : $"{member}: It is given twice. Give it once.");
            }
        }

        return all;
    }

    private T? Value<T>(JsonNode? node, string path)
        where T : class
    {
        if (node is null)
        {
            return null;
        }

        try
        {
            return node.Deserialize<T>(Strict);
        }
        catch (JsonException e)
        {
            var within = e.Path is { Length: > 2 } p && p.StartsWith("$.", StringComparison.Ordinal) ? p[1..] : "";
            _faults.Add($"{path}{within}: {Sentence(e.Message)}");
        }
        catch (Exception e) when (e is TaskException or InvalidOperationException or NotSupportedException)
        {
            _faults.Add($"{path}: {e.Message}");
        }

        return null;
    }

    // Removes the position in the JSON, because the user has not written that JSON.
    private static string Sentence(string message) =>
        message.IndexOf(" Path: $", StringComparison.Ordinal) is > 0 and var at ? message[..at] : message;

    /// <summary>
    /// Converts the first letter of names to lower case: configuration files use upper case, and the HTTP API uses lower case.
    /// </summary>
    private static JsonNode? Camel(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject members:
                var all = new JsonObject();
                foreach (var (name, value) in members)
                {
                    all.TryAdd(name.Length > 0 ? char.ToLowerInvariant(name[0]) + name[1..] : name, Camel(value));
                }

                return all;
            case JsonArray items:
                return new JsonArray([.. items.Select(Camel)]);
            default:
                return node?.DeepClone();
        }
    }
}
