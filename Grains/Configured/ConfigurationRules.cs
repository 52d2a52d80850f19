using Microsoft.Extensions.Configuration;

namespace OrleansTasks.Configured;

/// <summary>Contains what a silo's code says about configuration.</summary>
internal sealed class ConfigurationRules
{
    /// <summary>Gets the section with the tasks, or null if there is none.</summary>
    public IConfiguration? Source { get; private set; }

    /// <summary>Gets whether a second section was given, which would be ignored.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Gets the tasks that are as the code says, whatever configuration says.</summary>
    public ISet<string> CodeWins { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Sets the section with the tasks.</summary>
    public void Add(IConfiguration configuration)
    {
        HasMore |= Source is not null && Source != configuration;
        Source ??= configuration;
    }
}
