using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;

namespace OrleansTasks.Configured;

/// <summary>Reads a schedule, with the names that it has over HTTP, in any case.</summary>
/// <param name="faults">Receives the faults.</param>
internal sealed class ScheduleSection(ConfigurationFaults faults)
{
    private enum Form
    {
        Text,
        Number,
        Texts,
        Numbers,
        Schedules,
    }

    private static readonly string[] Kinds = ["every", "cron", "rrule", "at", "after", "any"];

    private static readonly Dictionary<string, Form> Members = new(StringComparer.OrdinalIgnoreCase)
    {
        ["every"] = Form.Text,
        ["cron"] = Form.Text,
        ["rrule"] = Form.Text,
        ["at"] = Form.Text,
        ["after"] = Form.Text,
        ["any"] = Form.Schedules,
        ["except"] = Form.Schedules,
        ["anchor"] = Form.Text,
        ["timeZone"] = Form.Text,
        ["gap"] = Form.Text,
        ["overlap"] = Form.Text,
        ["days"] = Form.Text,
        ["rdates"] = Form.Texts,
        ["exdates"] = Form.Texts,
        ["start"] = Form.Text,
        ["end"] = Form.Text,
        ["maxRuns"] = Form.Number,
        ["calendar"] = Form.Text,
        ["calendars"] = Form.Texts,
        ["closedDays"] = Form.Text,
        ["businessDays"] = Form.Numbers,
        ["jitter"] = Form.Text,
        ["jitterRule"] = Form.Text,
    };

    private readonly SectionReader _sections = new(faults);

    /// <summary>Returns the schedule as JSON. Null if there is none, or if it has a fault.</summary>
    public JsonObject? Read(IConfigurationSection section)
    {
        var before = faults.Count;
        if (!_sections.IsObject(section))
        {
            return null;
        }

        var json = new JsonObject();
        foreach (var child in section.GetChildren())
        {
            if (!Members.TryGetValue(child.Key, out var form))
            {
                faults.Add(child, SectionReader.Known(Members.Keys));
                continue;
            }

            json[Members.Keys.First(m => m.Equals(child.Key, StringComparison.OrdinalIgnoreCase))] = form switch
            {
                Form.Number => Number(child),
                Form.Texts => _sections.ReadList(child, Text),
                Form.Numbers => _sections.ReadList(child, Number),
                Form.Schedules => _sections.ReadList(child, Read),
                _ => Text(child),
            };
        }

        if (faults.Count == before && Fault(json) is { } fault)
        {
            faults.Add(PlaceOf(section, fault), fault);
        }

        return faults.Count == before ? json : null;
    }

    private JsonNode? Text(IConfigurationSection section) => _sections.ReadValue(section, typeof(string));

    private JsonNode? Number(IConfigurationSection section) =>
        _sections.ReadValue(section, typeof(int)) is { } text
            ? JsonValue.Create(int.Parse((string)text!, CultureInfo.InvariantCulture))
            : null;

    private static string? Fault(JsonObject json)
    {
        try
        {
            return json.Deserialize<TaskSchedule>(TaskJson.Options)?.Fault();
        }
        catch (InvalidTaskException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is JsonException or ScheduleTooExpensiveException)
        {
            return SectionReader.WithoutPath(e.InnerException is InvalidTaskException inner ? inner.Message : e.Message);
        }
    }

    /// <summary>
    /// Returns the member to which a message refers: the one that it names, or else the one that says when the task runs.
    /// </summary>
    private static IConfigurationSection PlaceOf(IConfigurationSection section, string fault)
    {
        var children = section.GetChildren().ToList();
        return children.FirstOrDefault(c => fault.StartsWith($"schedule.{c.Key} ", StringComparison.OrdinalIgnoreCase))
            ?? children.FirstOrDefault(
                c => c.Key.Equals("timeZone", StringComparison.OrdinalIgnoreCase)
                    && fault.Contains("time zone", StringComparison.OrdinalIgnoreCase))
            ?? (children.Count(c => Kinds.Contains(c.Key, StringComparer.OrdinalIgnoreCase)) == 1
                ? children.First(c => Kinds.Contains(c.Key, StringComparer.OrdinalIgnoreCase))
                : section);
    }
}
