using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.Configuration;

namespace OrleansTasks.Configured;

/// <summary>Sets the options of the engine from configuration.</summary>
/// <param name="faults">Receives the faults.</param>
internal sealed class OptionsSection(ConfigurationFaults faults)
{
    private readonly SectionReader _sections = new(faults);

    /// <summary>Sets the options that a section names. Values that cannot be read leave the options unchanged.</summary>
    public void Apply(IConfigurationSection section, object options)
    {
        if (!_sections.IsObject(section))
        {
            return;
        }

        var properties = options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance);
        foreach (var child in section.GetChildren())
        {
            if (properties.FirstOrDefault(p => p.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase)) is not { } property)
            {
                faults.Add(child, SectionReader.Known(properties.Select(p => p.Name)));
            }
            else
            {
                Apply(child, options, property);
            }
        }
    }

    private void Apply(IConfigurationSection section, object options, PropertyInfo property)
    {
        if (property.GetValue(options) is ICollection<string> texts)
        {
            foreach (var item in _sections.ReadList(section, i => _sections.ReadValue(i, typeof(string)))
                .OfType<System.Text.Json.Nodes.JsonValue>())
            {
                texts.Add(item.GetValue<string>());
            }
        }
        else if (!property.CanWrite)
        {
            Apply(section, property.GetValue(options)!);
        }
        else if (_sections.ReadValue(section, property.PropertyType) is { } value)
        {
            property.SetValue(options, value.Deserialize(property.PropertyType, TaskJson.Options));
        }
    }
}
