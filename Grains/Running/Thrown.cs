namespace OrleansTasks.Running;

/// <summary>Contains what is known of an exception of a handler. It is read once.</summary>
/// <param name="Type">The full name of its type.</param>
/// <param name="Message">Its message, or the reason why there is none.</param>
/// <param name="Description">The types, messages and stacks of the exception and of its inner exceptions.</param>
internal sealed record Thrown(string Type, string Message, string Description);
