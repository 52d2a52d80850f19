namespace OrleansTasks.Handlers;

/// <summary>Writes values of a handler after its filters.</summary>
internal interface IValueWriter
{
    /// <summary>Writes a value in the same way as the handler's own values. A value of another type is written by its own type.</summary>
    /// <exception cref="TaskValueException">The value cannot be written as JSON.</exception>
    byte[]? Write(object? value, string task);
}
