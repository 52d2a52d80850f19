namespace OrleansTasks.Running;

/// <summary>What is known of an exception that a handler threw, read once.</summary>
/// <param name="Type">The full name of its type.</param>
/// <param name="Message">Its message, or why there is none.</param>
/// <param name="Description">Types, messages and stacks of it and of those inside it.</param>
internal sealed record Thrown(string Type, string Message, string Description);
