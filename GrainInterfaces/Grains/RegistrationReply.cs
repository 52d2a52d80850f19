namespace OrleansTasks;

/// <summary>Represents the reply to a registration.</summary>
/// <param name="Task">The task after the registration.</param>
/// <param name="Created">True if no task of the name existed, or only a cancelled one.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RegistrationReply")]
public sealed record RegistrationReply([property: Id(0)] TaskInfo Task, [property: Id(1)] bool Created);
