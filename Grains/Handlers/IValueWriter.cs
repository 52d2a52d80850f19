namespace OrleansTasks.Handlers;

/// <summary>Writes values of a handler that somebody has had in between.</summary>
internal interface IValueWriter
{
    /// <summary>Writes a value as the handler's own are written; one of another type by its own type.</summary>
    /// <exception cref="TaskValueException">It cannot be written as JSON.</exception>
    byte[]? Write(object? value, string task);
}
