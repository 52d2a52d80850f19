using Microsoft.Extensions.Configuration;
using OrleansTasks.Text;

namespace OrleansTasks.Configured;

/// <summary>Collects the faults in configuration, each with its path.</summary>
internal sealed class ConfigurationFaults
{
    private readonly List<string> _all = [];

    /// <summary>Gets the faults so far: <c>OrleansTasks:Tasks:report:Schedule:cron: …</c>.</summary>
    public IReadOnlyList<string> All => _all;

    public int Count => _all.Count;

    public void Add(IConfigurationSection section, string fault) => Add(section.Path, fault);

    public void Add(string path, string fault) => _all.Add($"{ShownText.Of(path, 300)}: {ShownText.Of(fault, 1000)}");

    /// <summary>Adds faults that start with a name, such as <c>Options.Retry.Delay is …</c>, with the path of that name.</summary>
    /// <param name="section">The section to which the names are relative.</param>
    /// <param name="faults">The faults.</param>
    /// <param name="root">A prefix of the names that is not part of the path, or empty for none.</param>
    public void AddNamed(IConfigurationSection section, IEnumerable<string> faults, string root = "")
    {
        foreach (var fault in faults)
        {
            Add(Named(section, fault, root), fault);
        }
    }

    private static IConfigurationSection Named(IConfigurationSection section, string fault, string root)
    {
        var end = fault.IndexOfAny([' ', ':']);
        var name = end < 0 ? "" : fault[..end];
        if (name.Length == 0 || !name.StartsWith(root, StringComparison.Ordinal))
        {
            return section;
        }

        var found = section;
        foreach (var part in name[root.Length..].Split(['.', '[', ']'], StringSplitOptions.RemoveEmptyEntries))
        {
            if (found.GetChildren().FirstOrDefault(c => c.Key.Equals(part, StringComparison.OrdinalIgnoreCase)) is not { } child)
            {
                break;
            }

            found = child;
        }

        return found;
    }
}
