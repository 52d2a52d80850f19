namespace OrleansTasks;

/// <summary>What became of a registration.</summary>
/// <param name="Task">The task as it is now.</param>
/// <param name="Created">Whether there was none of that name, or a cancelled one.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RegistrationReply")]
public sealed record RegistrationReply([property: Id(0)] TaskInfo Task, [property: Id(1)] bool Created);
