namespace OrleansTasks.Text;

/// <summary>Describes values of enums in messages.</summary>
internal static class EnumText
{
    /// <summary>Returns the message about a value that its enum does not define.</summary>
    public static string Fault<T>(string name, T value)
        where T : struct, Enum =>
        $"{name} is {value:D}, which is not a valid {typeof(T).Name}; use one of {string.Join(", ", Enum.GetNames<T>())}.";
}
