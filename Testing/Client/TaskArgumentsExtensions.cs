using System.Text.Json;

namespace OrleansTasks.Testing;

/// <summary>Reads arguments in tests.</summary>
public static class TaskArgumentsExtensions
{
    /// <summary>Returns a positional argument as the type of a handler's parameter.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="arguments">The arguments.</param>
    /// <param name="index">The position, from 0.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer arguments. The message lists them.</exception>
    /// <exception cref="JsonException">The argument cannot be read as the type.</exception>
    public static T? Get<T>(this TaskArguments arguments, int index)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        return index >= 0 && index < arguments.Count
            ? arguments.Positional[index].Deserialize<T>(TaskJson.Options)
            : throw new ArgumentOutOfRangeException(nameof(index), index, $"The arguments are {arguments}; use the index of one of them.");
    }

    /// <summary>Returns a named argument as the type of a handler's parameter.</summary>
    /// <typeparam name="T">The type.</typeparam>
    /// <param name="arguments">The arguments.</param>
    /// <param name="name">The argument's name, in any case.</param>
    /// <returns>The argument.</returns>
    /// <exception cref="KeyNotFoundException">There is no argument of that name. The message lists the arguments.</exception>
    /// <exception cref="JsonException">The argument cannot be read as the type.</exception>
    public static T? Get<T>(this TaskArguments arguments, string name)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var named = arguments.NamedArguments is { } all
            ? all.EnumerateObject().Where(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase)).ToList()
            : [];
        return named.Count > 0 ? named[0].Value.Deserialize<T>(TaskJson.Options) : throw new KeyNotFoundException("There is no "
            + $"argument '{name}'. Use the name of one of these arguments: {arguments}.");
    }
}
