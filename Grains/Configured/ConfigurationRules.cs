using Microsoft.Extensions.Configuration;

namespace OrleansTasks.Configured;

/// <summary>What a silo's code says of configuration.</summary>
internal sealed class ConfigurationRules
{
    /// <summary>Where tasks are configured; null: nowhere.</summary>
    public IConfiguration? Source { get; private set; }

    /// <summary>Whether it was given a second place, which would not be taken.</summary>
    public bool HasMore { get; private set; }

    /// <summary>The tasks that are as the code says, whatever configuration says.</summary>
    public ISet<string> CodeWins { get; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>Takes tasks from a place.</summary>
    public void Add(IConfiguration configuration)
    {
        HasMore |= Source is not null && Source != configuration;
        Source ??= configuration;
    }
}
