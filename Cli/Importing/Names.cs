using System.Text;

namespace OrleansTasks.Cli.Importing;

/// <summary>Derives the names of tasks and handlers from the names of jobs and types.</summary>
/// <param name="map">The handlers, by type name or by type and method name.</param>
internal sealed class Names(IReadOnlyDictionary<string, string> map)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>Returns the name of the handler for the type and method of a job.</summary>
    /// <param name="type">The type's name, with or without its assembly.</param>
    /// <param name="method">The method, or null if the type has no method name.</param>
    public string Handler(string type, string? method)
    {
        var full = type.Split(',')[0].Trim();
        if (map.GetValueOrDefault(method is null ? full : $"{full}.{method}") is { } named)
        {
            return named;
        }

        var name = full.Split('.', '+')[^1];
        name = name.Split('`')[0];
        return Kebab(
            method is not null ? $"{name}.{method}" : name.Length > 3 && name.EndsWith("Job", StringComparison.Ordinal) ? name[..^3]
                : name);
    }

    /// <summary>Returns a valid task name that no other task has.</summary>
    public string Task(string wanted, List<string> notes)
    {
        var name = wanted;
        if (TaskNames.Fault(name) is { } fault)
        {
            name = string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' ? c : '-')).Trim('.');
            name = name.Length == 0 ? "job" : name[..Math.Min(name.Length, TaskNames.MaxLength)];
            notes.Add($"its name here is '{name}': {fault}");
        }

        var free = name;
        for (var n = 2; !_taken.Add(free); n++)
        {
            free = $"{name}-{n}";
        }

        if (free != name)
        {
            notes.Add($"its name here is '{free}', because another task is named '{name}'");
        }

        return free;
    }

    private static string Kebab(string name)
    {
        var words = new StringBuilder();
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            if (!char.IsLetterOrDigit(c))
            {
                words.Append('-');
                continue;
            }

            if (char.IsUpper(c) && i > 0 && char.IsLetterOrDigit(name[i - 1])
                && (char.IsLower(name[i - 1]) || (i + 1 < name.Length && char.IsLower(name[i + 1]))))
            {
                words.Append('-');
            }

            words.Append(char.ToLowerInvariant(c));
        }

        return words.ToString().Trim('-');
    }
}
