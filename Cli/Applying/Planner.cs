using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansTasks.Cli.Api;
using OrleansTasks.Cli.Documents;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Cli.Output;

namespace OrleansTasks.Cli.Applying;

/// <summary>Compares a file with the cluster. It changes nothing.</summary>
/// <param name="api">The server.</param>
internal sealed class Planner(ApiClient api)
{
    private readonly List<string> _faults = [];

    /// <summary>Creates the plan.</summary>
    /// <returns>The changes in the order in which to apply them, and the errors of the file in this cluster.</returns>
    public async Task<(IReadOnlyList<Change> Changes, IReadOnlyList<string> Faults)> PlanAsync(TaskDocument document, bool prune,
        CancellationToken ct)
    {
        var handlers = await NamedAsync<HandlerInfo>("handlers", static h => h.Name, ct).ConfigureAwait(false);
        var calendars = await CalendarsAsync(ct).ConfigureAwait(false);
        var tasks = await TasksAsync(document, prune, ct).ConfigureAwait(false);
        foreach (var task in document.Tasks)
        {
            Check(task, handlers, name => document.Calendars.ContainsKey(name) || calendars.ContainsKey(name));
        }

        List<Change> changes =
            [.. document.Calendars.Select(
                c => OfNamed("calendar", c.Key, calendars.GetValueOrDefault(c.Key), c.Value, new BusinessCalendar()))];
        foreach (var (name, group) in document.Groups)
        {
            var known = (await api.GetAsync($"groups/{ApiClient.Part(name)}", ct).ConfigureAwait(false)).Member(
                "limits")?.Deserialize<RunGroup>(TaskJson.Options);
            changes.Add(OfNamed("group", name, known == new RunGroup() ? null : known, group, new RunGroup()));
        }

        changes.AddRange(document.Tasks.SelectMany(t => OfTask(t, document.Set, tasks.GetValueOrDefault(t.Name))));
        if (prune)
        {
            var declared = document.Tasks.Select(static t => t.Name).ToHashSet(StringComparer.Ordinal);
            changes.AddRange(
                tasks.Values.Where(t => !declared.Contains(t.Name) && t.State != TaskState.Cancelled && IsOf(t, document.Set!))
                    .OrderBy(static t => t.Name, StringComparer.Ordinal).Select(Pruned));
        }

        return (changes, _faults);
    }

    private static bool IsOf(TaskInfo task, string set) =>
        task.Options.Tags?.Contains(TaskDocument.TagOf(set), StringComparer.OrdinalIgnoreCase) == true;

    private static Change Pruned(TaskInfo task) => task.DefinedInCode || task.DefinedInConfiguration
        ? new Change(ChangeKind.Unchanged, "task", task.Name, [],
            "it belongs to the set, but is kept, because code or configuration defines it")
        : new Change(ChangeKind.Prune, "task", task.Name, [])
        {
            Request = new ChangeRequest(HttpMethod.Delete, $"tasks/{ApiClient.Part(task.Name)}", null)
        };

    private static Change OfNamed<T>(string what, string name, T? known, T wanted, T empty)
        where T : class
    {
        var json = JsonSerializer.SerializeToNode(wanted, TaskJson.Options);
        var differences = Differences.Of("", JsonSerializer.SerializeToNode(known ?? empty, TaskJson.Options), json)
            .Select(static d => d with { Path = d.Path.TrimStart('.') }).ToList();
        var kind = known is null ? ChangeKind.Create : differences.Count > 0 ? ChangeKind.Change : ChangeKind.Unchanged;
        return new Change(kind, what, name, known is null ? [] : differences)
        {
            Request = kind == ChangeKind.Unchanged ? null : new ChangeRequest(HttpMethod.Put, $"{what}s/{ApiClient.Part(name)}", json),
        };
    }

    private static IEnumerable<Change> OfTask(DeclaredTask declared, string? set, TaskInfo? known)
    {
        var task = set is null
            ? declared
            : declared with
            {
                Options = declared.Options with
                {
                    Tags = [.. (declared.Options.Tags ?? []).Union([TaskDocument.TagOf(set)], StringComparer.OrdinalIgnoreCase)]
                }
            };
        var path = $"tasks/{ApiClient.Part(task.Name)}";
        var body = DocumentWriter.JsonOf(task with { Paused = null, Pause = null });
        if (known is null or { State: TaskState.Cancelled })
        {
            yield return new Change(ChangeKind.Create, "task", task.Name, [], known is null ? null : "it was cancelled, and is revived")
            {
                Request = new ChangeRequest(HttpMethod.Put, path, body, known is null)
            };
        }
        else if (DifferencesOf(task, known).ToList() is { Count: > 0 } differences)
        {
            var note = known.DefinedInConfiguration ? "configuration defines it too" : known.DefinedInCode ? "code defines it too" : null;
            yield return new Change(ChangeKind.Change, "task", task.Name, differences, note)
            {
                Request = new ChangeRequest(HttpMethod.Put, path, body)
            };
        }
        else
        {
            yield return new Change(ChangeKind.Unchanged, "task", task.Name, []);
        }

        foreach (var change in OfPause(task, known, path))
        {
            yield return change;
        }
    }

    private static IEnumerable<Change> OfPause(DeclaredTask task, TaskInfo? known, string path)
    {
        // A registration with another schedule starts the task again, which would end a pause.
        var paused = known is { State: TaskState.Paused };
        var lost = paused && Differences.Of("", Json(known!.Schedule), Json(task.Schedule), schedule: true).Any();
        if (task.Paused == true && (!paused || lost))
        {
            yield return new Change(ChangeKind.Pause, "task", task.Name, [])
            {
                Request = new ChangeRequest(HttpMethod.Post, $"{path}/pause", task.Pause?.DeepClone() ?? new JsonObject())
            };
        }
        else if (task.Paused is null && lost)
        {
            var again = new JsonObject
            {
                ["note"] = known!.PauseNote,
                ["until"] = Json(known.PausedUntil),
                ["by"] = known.PausedBy,
                ["occurrences"] = Json(known.PausedOccurrences)
            };
            yield return new Change(ChangeKind.Pause, "task", task.Name, [], "it is paused, and stays so")
            {
                Request = new ChangeRequest(HttpMethod.Post, $"{path}/pause", again)
            };
        }
        else if (task.Paused == false && paused && !lost)
        {
            yield return new Change(ChangeKind.Resume, "task", task.Name, [])
            {
                Request = new ChangeRequest(HttpMethod.Post, $"{path}/resume", new JsonObject())
            };
        }
    }

    private static JsonNode? Json<T>(T value) => JsonSerializer.SerializeToNode(value, TaskJson.Options);

    private static IEnumerable<Difference> DifferencesOf(DeclaredTask task, TaskInfo known)
    {
        static JsonNode? Arguments(TaskArguments? arguments) => arguments is null or { IsEmpty: true } ? null : Json(arguments);
        static JsonNode? Headers(IReadOnlyDictionary<string, string>? headers) => headers is null or { Count: 0 } ? null : Json(headers);
        return
        [
            .. Differences.Of("handler", known.Handler, task.HandlerName),
            .. Differences.Of("schedule", Json(known.Schedule), Json(task.Schedule), schedule: true),
            .. Differences.Of("arguments", Arguments(known.Arguments), Arguments(task.Arguments)),
            .. Differences.Of("headers", Headers(known.Headers), Headers(task.Headers)),
            .. Differences.Of("options", DocumentWriter.OptionsOf(known.Options), DocumentWriter.OptionsOf(task.Options)),
        ];
    }

    private void Check(DeclaredTask task, Dictionary<string, HandlerInfo> handlers, Func<string, bool> hasCalendar)
    {
        foreach (var name in (task.Schedule?.CalendarNames ?? []).Where(n => !hasCalendar(n)))
        {
            _faults.Add($"tasks.{task.Name}.schedule: There is no business calendar '{name}' in the file or in the cluster. Add it to "
                + "the file, or use another name.");
        }

        if (!handlers.TryGetValue(task.HandlerName, out var handler))
        {
            _faults.Add($"tasks.{task.Name}{(task.Handler is null ? "" : ".handler")}: No silo has a handler named "
                + $"'{task.HandlerName}'. Deploy one, or use another name.");
        }
        else if (!handler.TakesAny && !handler.TakesAll)
        {
            CheckArguments(task, handler);
        }
    }

    private void CheckArguments(DeclaredTask task, HandlerInfo handler)
    {
        var given = task.Arguments ?? TaskArguments.None;
        var named = given.NamedArguments is { } members ? members.EnumerateObject().Select(static m => m.Name).ToList() : [];
        if (given.Count > handler.Parameters.Count)
        {
            _faults.Add($"tasks.{task.Name}.args: {given.Count} arguments are given; '{handler.Name}' takes at most "
                + $"{handler.Parameters.Count}.");
        }

        foreach (var name in named.Where(n => !handler.Parameters.Any(p => p.Name.Equals(n, StringComparison.OrdinalIgnoreCase))))
        {
            var has = handler.Parameters.Count == 0 ? "" : $"; it has {string.Join(", ", handler.Parameters.Select(static p => p.Name))}";
            _faults.Add($"tasks.{task.Name}.named: '{handler.Name}' has no parameter '{name}'{has}. Remove it, or use another name.");
        }

        // A task without a schedule may omit arguments, because each caller can provide them.
        foreach (var missing in handler.Parameters.Skip(given.Count)
            .Where(p => task.Schedule is not null && !p.Optional && !named.Contains(p.Name, StringComparer.OrdinalIgnoreCase)))
        {
            _faults.Add($"tasks.{task.Name}: '{handler.Name}' requires the argument '{missing.Name}', which the task does not provide. "
                + "Add it.");
        }
    }

    private async Task<Dictionary<string, TaskInfo>> TasksAsync(TaskDocument document, bool prune, CancellationToken ct)
    {
        var all = new Dictionary<string, TaskInfo>(StringComparer.Ordinal);
        foreach (var task in document.Tasks)
        {
            try
            {
                all[task.Name] = Read<TaskInfo>(await api.GetAsync($"tasks/{ApiClient.Part(task.Name)}", ct).ConfigureAwait(false));
            }
            catch (CliException e) when (e.ExitCode == ExitCodes.Refused
                && e.Details?.Contains("task-not-found", StringComparison.Ordinal) == true)
            {
                // The task does not exist yet.
            }
        }

        if (prune)
        {
            await foreach (var task in api.PagesAsync($"tasks?limit=1000&tag={Uri.EscapeDataString(TaskDocument.TagOf(document.Set!))}",
                "after", ct).ConfigureAwait(false))
            {
                all.TryAdd(task.Text("name")!, Read<TaskInfo>(task));
            }
        }

        return all;
    }

    private async Task<Dictionary<string, T>> NamedAsync<T>(string path, Func<T, string> name, CancellationToken ct)
    {
        var all = new Dictionary<string, T>(StringComparer.Ordinal);
        await foreach (var item in api.PagesAsync(path, "after", ct).ConfigureAwait(false))
        {
            var read = Read<T>(item);
            all[name(read)] = read;
        }

        return all;
    }

    private async Task<Dictionary<string, BusinessCalendar>> CalendarsAsync(CancellationToken ct)
    {
        var all = new Dictionary<string, BusinessCalendar>(StringComparer.Ordinal);
        for (string? after = null; ;)
        {
            var page = await api.GetAsync("calendars" + (after is null ? "" : $"?after={Uri.EscapeDataString(after)}"), ct)
                .ConfigureAwait(false);
            foreach (var calendar in page.GetProperty("calendars").EnumerateObject())
            {
                all[calendar.Name] = Read<BusinessCalendar>(calendar.Value);
            }

            if ((after = page.Text("next")) is null)
            {
                return all;
            }
        }
    }

    private static T Read<T>(JsonElement json)
    {
        try
        {
            return json.Deserialize<T>(TaskJson.Options)!;
        }
        catch (Exception e) when (e is JsonException or TaskException)
        {
            throw new CliException(ExitCodes.OutOfReach, "The server returned a response that this version of the tool cannot read: "
                + $"{e.Message} Use the version of the server.");
        }
    }
}
