using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using OrleansTasks.Handlers;
using OrleansTasks.Records;
using OrleansTasks.Values;

namespace OrleansTasks.Configured;

/// <summary>Reads what configuration says of a task: the members of the body of <c>PUT /tasks/{name}</c>, and whether it is paused.</summary>
/// <param name="faults">Takes what is wrong.</param>
/// <param name="handlers">The handlers of this silo.</param>
internal sealed class TaskSection(ConfigurationFaults faults, HandlerCatalog handlers)
{
    private static readonly string[] Members = ["handler", "schedule", "args", "named", "headers", "options", "paused"];
    private static readonly string[] Arguments = ["args", "named"];
    private readonly SectionReader _sections = new(faults);

    /// <summary>Reads a task.</summary>
    /// <param name="section">The section; its key is the task's name.</param>
    /// <param name="code">What the code says of the task of that name; null if nothing.</param>
    /// <returns>The task, with what the code says where the section says nothing; null if something is wrong.</returns>
    public ConfiguredTask? Read(IConfigurationSection section, TaskDefinition? code)
    {
        var before = faults.Count;
        foreach (var child in section.GetChildren().Where(c => !Members.Contains(c.Key, StringComparer.OrdinalIgnoreCase)))
        {
            faults.Add(child, SectionReader.Known(Members));
        }

        if (!string.IsNullOrEmpty(section.Value))
        {
            faults.Add(section, "A task has members with names; an empty one has none.");
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
        Check(section, definition);
        return faults.Count > before ? null : new ConfiguredTask { Task = definition, Pause = pause, Code = code?.Fingerprint() };
    }

    private void Check(IConfigurationSection section, TaskDefinition definition)
    {
        var registration = new TaskRegistration { Name = definition.Name, Handler = definition.Handler, Arguments = definition.Arguments, Headers = definition.Headers, Options = definition.Options };
        faults.AddNamed(section, registration.FaultsBesidesSchedule());
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

    private TaskHeaders? ReadHeaders(IConfigurationSection section)
    {
        foreach (var child in section.GetChildren().Where(static c => c.GetChildren().Any()))
        {
            faults.Add(child, "A header is a text.");
        }

        return TaskHeaders.Of(section.GetChildren().Where(static c => c.Value is not null).ToDictionary(static c => c.Key, static c => c.Value!, StringComparer.Ordinal));
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

        faults.Add(section, kind == JsonValueKind.Array ? "Positional arguments are a list; named ones stand under 'named'." : "Named arguments have names; positional ones stand under 'args'.");
        return null;
    }

    /// <summary>The options of the code, with those that the section names in their place.</summary>
    private TaskOptions ReadOptions(IConfigurationSection section, TaskOptions code)
    {
        var before = faults.Count;
        if (_sections.ReadNode(section, typeof(TaskOptions)) is not JsonObject given || faults.Count > before)
        {
            return code;
        }

        var all = (JsonObject)JsonSerializer.SerializeToNode(code, TaskJson.Options)!;
        foreach (var (name, value) in given)
        {
            all[name] = value?.DeepClone();
        }

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

    private ConfiguredPause? ReadPause(IConfigurationSection section)
    {
        if (section.GetChildren().Any())
        {
            return _sections.Read<ConfiguredPause>(section);
        }

        return _sections.ReadValue(section, typeof(bool)) is { } paused && paused.GetValue<bool>() ? new ConfiguredPause() : null;
    }
}
