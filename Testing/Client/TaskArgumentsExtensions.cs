using System.Text.Json;

namespace OrleansTasks.Testing;

/// <summary>Reads arguments that somebody gave, for a test to look at.</summary>
public static class TaskArgumentsExtensions
{
    /// <summary>Returns a positional argument as the type that a handler would take it as.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="arguments">The arguments.</param>
    /// <param name="index">Its position, from 0.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many; the message has those that there are.</exception>
    /// <exception cref="JsonException">It cannot be read as the type.</exception>
    public static T? Get<T>(this TaskArguments arguments, int index)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return index >= 0 && index < arguments.Count
            ? arguments.Positional[index].Deserialize<T>(TaskJson.Options)
            : throw new ArgumentOutOfRangeException(nameof(index), index, $"The arguments are {arguments}.");
    }

    /// <summary>Returns a named argument as the type that a handler would take it as.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="arguments">The arguments.</param>
    /// <param name="name">Its name, in whatever case.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="KeyNotFoundException">There is none of that name; the message has those that there are.</exception>
    /// <exception cref="JsonException">It cannot be read as the type.</exception>
    public static T? Get<T>(this TaskArguments arguments, string name)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var named = arguments.NamedArguments is { } all ? all.EnumerateObject().Where(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)).ToList() : [];
        return named.Count > 0 ? named[0].Value.Deserialize<T>(TaskJson.Options) : throw new KeyNotFoundException($"There is no argument '{name}'; the arguments are {arguments}.");
    }
}
