using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Configuration;
using OrleansTasks.Text;

namespace OrleansTasks.Configured;

/// <summary>
/// Converts sections of configuration to JSON, as the HTTP API accepts it. Configuration only has texts: the contract of the type says what
/// is a list, a number or a Boolean value. Names are those of the JSON, in any case.
/// </summary>
/// <param name="faults">Receives the faults.</param>
internal sealed class SectionReader(ConfigurationFaults faults)
{
    /// <summary>Reads a section as a type.</summary>
    /// <returns>The value, or null if the section is empty or has a fault, which is added to the faults.</returns>
    public T? Read<T>(IConfigurationSection section)
        where T : class
    {
        var before = faults.Count;
        var json = ReadNode(section, typeof(T));
        if (json is null || faults.Count > before)
        {
            return null;
        }

        try
        {
            return json.Deserialize<T>(TaskJson.Arguments);
        }
        catch (Exception e) when (e is JsonException or InvalidTaskException or ArgumentException)
        {
            faults.Add(section, WithoutPath(e.Message));
            return null;
        }
    }

    /// <summary>Returns a member by its name, in any case.</summary>
    public static IConfigurationSection Member(IConfiguration section, string name) =>
        section.GetChildren().FirstOrDefault(c => c.Key.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? section.GetSection(name);

    /// <summary>Decides whether a member exists, even if it is empty.</summary>
    public static bool Has(IConfiguration section, string name) =>
        section.GetChildren().Any(c => c.Key.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>Returns the JSON of a section, or null if it is empty.</summary>
    /// <param name="section">The section.</param>
    /// <param name="type">The expected type.</param>
    /// <param name="known">The members that are known without it and so are not required, or null for none.</param>
    public JsonNode? ReadNode(IConfigurationSection section, Type type, JsonNode? known = null)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (typeof(TaskSchedule).IsAssignableFrom(type))
        {
            return new ScheduleSection(faults).Read(section);
        }

        if (type == typeof(TaskArguments))
        {
            return ArgumentSection.Read(section, faults);
        }

        var contract = TaskJson.Options.GetTypeInfo(type);
        return contract.Kind switch
        {
            JsonTypeInfoKind.Object => ReadObject(section, contract, known as JsonObject),
            JsonTypeInfoKind.Enumerable => ReadList(section, item => ReadNode(item, contract.ElementType!)),
            JsonTypeInfoKind.Dictionary => ReadDictionary(section, contract.ElementType!),
            _ => ReadValue(section, type),
        };
    }

    /// <summary>Returns the items of a section that is a list.</summary>
    public JsonArray ReadList(IConfigurationSection section, Func<IConfigurationSection, JsonNode?> read)
    {
        var children = section.GetChildren().ToList();
        if (!string.IsNullOrEmpty(section.Value) || children.Any(c => !int.TryParse(c.Key, out _)))
        {
            faults.Add(section, "It is not a list. Write an array, or keys 0, 1, 2 and so on.");
            return [];
        }

        return [.. children.OrderBy(c => int.Parse(c.Key, System.Globalization.CultureInfo.InvariantCulture)).Select(read)];
    }

    /// <summary>Reads a single value, and adds a fault if it is not of the type.</summary>
    public JsonNode? ReadValue(IConfigurationSection section, Type type)
    {
        if (section.GetChildren().Any())
        {
            faults.Add(section, $"A single value is expected: {FormOf(type)}.");
            return null;
        }

        if (section.Value is not { } text)
        {
            return null;
        }

        if (type == typeof(bool))
        {
            if (bool.TryParse(text, out var truth))
            {
                return JsonValue.Create(truth);
            }

            faults.Add(section, $"'{ShownText.Quote(text)}' is not {FormOf(type)}.");
            return null;
        }

        var json = JsonValue.Create(text);
        try
        {
            _ = json.Deserialize(type, TaskJson.Options);
            return json;
        }
        catch (Exception e) when (e is JsonException or FormatException or InvalidOperationException)
        {
            faults.Add(section, type == typeof(TimeSpan) ? WithoutPath(e.Message) : $"'{ShownText.Quote(text)}' is not {FormOf(type)}.");
            return null;
        }
    }

    public static string Known(IEnumerable<string> names) => $"It is not known here. Known are {string.Join(", ", names)}.";

    private JsonObject? ReadObject(IConfigurationSection section, JsonTypeInfo contract, JsonObject? known)
    {
        if (!IsObject(section))
        {
            return null;
        }

        var members = contract.Properties.Where(p => p.Set is not null || p.AssociatedParameter is not null).ToList();
        var json = new JsonObject();
        foreach (var child in section.GetChildren())
        {
            if (members.FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is not { } member)
            {
                faults.Add(child, Known(members.Select(p => p.Name)));
            }
            else if (ReadNode(child, member.PropertyType, known?[member.Name]) is { } value)
            {
                json[member.Name] = value;
            }
        }

        foreach (var missing in members.Where(
            p => (p.IsRequired || p.AssociatedParameter is { HasDefaultValue: false }) && known?[p.Name] is null
                && !section.GetChildren().Any(c => c.Key.Equals(p.Name, StringComparison.OrdinalIgnoreCase))))
        {
            faults.Add(section, $"'{missing.Name}' is missing.");
        }

        return json;
    }

    private JsonObject? ReadDictionary(IConfigurationSection section, Type element)
    {
        if (!IsObject(section))
        {
            return null;
        }

        var json = new JsonObject();
        foreach (var child in section.GetChildren())
        {
            json[child.Key] = ReadNode(child, element);
        }

        return json;
    }

    /// <summary>Decides whether a section has members. An empty one has none.</summary>
    public bool IsObject(IConfigurationSection section)
    {
        if (!string.IsNullOrEmpty(section.Value))
        {
            faults.Add(section, $"'{ShownText.Quote(section.Value)}' is a single value; members with names are expected.");
            return false;
        }

        return section.GetChildren().Any();
    }

    private static string FormOf(Type type) =>
        type == typeof(bool) ? "true or false"
        : type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.CamelCase.ConvertName))}"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(double) ? "a number"
        : type == typeof(TimeSpan) ? "a span of time such as 00:00:30"
        : type == typeof(DateTimeOffset) ? "an instant such as 2030-01-31T09:00:00Z"
        : type == typeof(DateOnly) ? "a day such as 2030-01-31"
        : type == typeof(TimeOnly) ? "a time of day such as 09:00"
        : type == typeof(string) ? "a text"
        : $"a {type.Name}";

    /// <summary>Returns a message of the serializer without its own path, which refers to JSON that no user has written.</summary>
    internal static string WithoutPath(string message) =>
        message.IndexOf(" Path: $", StringComparison.Ordinal) is > 0 and var end ? message[..end] : message;
}
