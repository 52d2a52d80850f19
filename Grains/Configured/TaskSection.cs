using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using OrleansTasks.Handlers;
using OrleansTasks.Policies;
using OrleansTasks.Records;
using OrleansTasks.Values;

namespace OrleansTasks.Configured;

/// <summary>
/// Reads what configuration says about a task: the members of the body of <c>PUT /tasks/{name}</c>, and whether it is paused.
/// </summary>
/// <param name="faults">Receives the faults.</param>
/// <param name="handlers">The handlers of this silo.</param>
/// <param name="limits">The limits of this host.</param>
internal sealed class TaskSection(ConfigurationFaults faults, HandlerCatalog handlers, TaskEngineLimits limits)
{
    private static readonly string[] Members = ["handler", "schedule", "args", "named", "headers", "options", "paused"];
    private static readonly string[] Arguments = ["args", "named"];
    private readonly SectionReader _sections = new(faults);

    /// <summary>Reads a task.</summary>
    /// <param name="section">The section; its key is the task's name.</param>
    /// <param name="code">The code's definition of the task of that name, or null if there is none.</param>
    /// <returns>The task, with the code's values for what the section omits. Null if it has a fault.</returns>
    public ConfiguredTask? Read(IConfigurationSection section, TaskDefinition? code)
    {
        var before = faults.Count;
        foreach (var child in section.GetChildren().Where(c => !Members.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
        {
            faults.Add(child, SectionReader.Known(Members));
        }

        if (!string.IsNullOrEmpty(section.Value))
        {
            faults.Add(section, "A task needs members with names; this one is empty.");
        }

        var name = code?.Name ?? section.Key;
        var schedule = _sections.Read<TaskSchedule>(SectionReader.Member(section, "schedule"));
        var pause = ReadPause(SectionReader.Member(section, "paused"));
        var definition = new TaskDefinition
        {
            Name = name,
            Handler = section["handler"] ?? code?.Handler ?? name,
            Schedule = schedule ?? code?.Schedule,
            Arguments = ReadArguments(section) ?? code?.Arguments,
            Headers = ReadHeaders(SectionReader.Member(section, "headers")) ?? code?.Headers,
            Options = ReadOptions(SectionReader.Member(section, "options"), code?.Options ?? TaskOptions.Default),
            EachClusterStart = schedule is null && code is { EachClusterStart: true },
        };
        Check(section, definition, code);
        return faults.Count > before ? null : new ConfiguredTask { Task = definition, Pause = pause, Code = code?.Fingerprint() };
    }

    private void Check(IConfigurationSection section, TaskDefinition definition, TaskDefinition? code)
    {
        var registration = new TaskRegistration
        {
            Name = definition.Name,
            Handler = definition.Handler,
            Arguments = definition.Arguments,
            Headers = definition.Headers,
            Options = definition.Options
        };

        // The silos that register the code's definition report the faults in it.
        faults.AddNamed(section,
            registration.FaultsBesidesSchedule(limits)
                .Except(code is not null && handlers.Definitions.Contains(code) ? code.Options.Faults(limits) : []));
        CheckSizes(section, definition);
        var given = Arguments.Select(a => SectionReader.Member(section, a)).FirstOrDefault(s => s.Exists());
        if ((given is not null || definition.Schedule is not null) && handlers.TryGet(definition.Handler, out var invoker))
        {
            try
            {
                invoker.Check(definition.Name, definition.Arguments ?? TaskArguments.None);
            }
            catch (TaskArgumentException e)
            {
                faults.Add(given ?? section, e.Message);
            }
        }
    }

    private void CheckSizes(IConfigurationSection section, TaskDefinition definition)
    {
        if (Arguments.Select(a => SectionReader.Member(section, a)).FirstOrDefault(s => s.Exists()) is { } given
            && definition.Arguments?.Size > limits.MaxArgumentsSize)
        {
            faults.Add(given,
                new PayloadTooLargeException(definition.Name, "The arguments", definition.Arguments.Size, limits.MaxArgumentsSize).Message);
        }

        if (SectionReader.Member(SectionReader.Member(section, "paused"), "note") is var note && note.Value?.Length > limits.MaxNoteLength)
        {
            faults.Add(note, $"The note has {note.Value.Length} characters; {limits.MaxNoteLength} are allowed (MaxNoteLength).");
        }

        if (SectionReader.Has(section, "headers"))
        {
            CheckHeaders(SectionReader.Member(section, "headers"), () => HeaderLimits.Faults(definition.Name, definition.Headers, limits));
        }

        var then = SectionReader.Member(SectionReader.Member(section, "options"), "then");
        if (then.Exists())
        {
            CheckHeaders(then, () => ContinuationLimits.Faults(definition.Name, definition.Options.Then, limits));
        }
    }

    private void CheckHeaders(IConfigurationSection section, Func<IEnumerable<string>> check)
    {
        try
        {
            foreach (var fault in check().ToList())
            {
                faults.Add(section, fault);
            }
        }
        catch (PayloadTooLargeException e)
        {
            faults.Add(section, e.Message);
        }
    }

    private TaskHeaders? ReadHeaders(IConfigurationSection section)
    {
        foreach (var child in section.GetChildren().Where(static c => c.GetChildren().Any()))
        {
            faults.Add(child, "A header must be a string.");
        }

        return TaskHeaders.Of(
            section.GetChildren().Where(static c => c.Value is not null)
                .ToDictionary(static c => c.Key, static c => c.Value!, StringComparer.Ordinal));
    }

    private TaskArguments? ReadArguments(IConfigurationSection section)
    {
        var positional = ReadArguments(SectionReader.Member(section, "args"), JsonValueKind.Array);
        var named = ReadArguments(SectionReader.Member(section, "named"), JsonValueKind.Object);
        return positional is null ? named : named is null ? positional : positional.WithNamed(named);
    }

    private TaskArguments? ReadArguments(IConfigurationSection section, JsonValueKind kind)
    {
        if (ArgumentSection.Read(section, faults) is not { } json)
        {
            return null;
        }

        if (json.GetValueKind() == kind)
        {
            return TaskArguments.FromJson(JsonSerializer.SerializeToElement(json));
        }

        faults.Add(section, kind == JsonValueKind.Array ? "Positional arguments must be a list; put named ones under "
            + "'named'." : "Named arguments need names; put positional ones under 'args'.");
        return null;
    }

    /// <summary>Returns the options of the code, overridden by those that the section names.</summary>
    private TaskOptions ReadOptions(IConfigurationSection section, TaskOptions code)
    {
        var before = faults.Count;
        var all = (JsonObject)JsonSerializer.SerializeToNode(code, TaskJson.Options)!;
        if (_sections.ReadNode(section, typeof(TaskOptions), all) is not JsonObject given || faults.Count > before)
        {
            return code;
        }

        Merge(all, given);

        try
        {
            return all.Deserialize<TaskOptions>(TaskJson.Options)!;
        }
        catch (Exception e) when (e is JsonException or InvalidTaskException)
        {
            faults.Add(section, SectionReader.WithoutPath(e.Message));
            return code;
        }
    }

    /// <summary>
    /// Replaces members at every depth: a retry policy with only the number of attempts keeps the waits of the code. Lists are replaced
    /// completely.
    /// </summary>
    private static void Merge(JsonObject all, JsonObject given)
    {
        foreach (var (name, value) in given)
        {
            if (value is JsonObject members && all[name] is JsonObject known)
            {
                Merge(known, members);
            }
            else
            {
                all[name] = value?.DeepClone();
            }
        }
    }

    private ConfiguredPause? ReadPause(IConfigurationSection section)
    {
        if (section.GetChildren().Any())
        {
            return _sections.Read<ConfiguredPause>(section);
        }

        return _sections.ReadValue(section, typeof(bool)) is { } paused && paused.GetValue<bool>() ? new ConfiguredPause() : null;
    }
}
