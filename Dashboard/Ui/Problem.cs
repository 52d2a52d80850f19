namespace OrleansTasks.Ui;

/// <summary>Describes an error to a user.</summary>
/// <param name="Title">The summary of the error.</param>
/// <param name="Detail">The details, such as the values that caused it; null if there are none.</param>
/// <param name="Advice">What the user can do; null if nothing is known to help.</param>
public sealed record Problem(string Title, string? Detail, string? Advice)
{
    /// <summary>Gets a value indicating whether no silo answered.</summary>
    public bool IsUnreachable { get; init; }

    /// <summary>Describes an exception.</summary>
    public static Problem Of(Exception exception) => exception switch
    {
        ActionRefusedException e => new("That is not allowed", e.Message, "Ask the operators of this server for the permission to act."),
        TaskNotFoundException e =>
            new("There is no such task", e.Message, "It may have been cancelled and forgotten since. Look for it in the list of tasks."),
        RunNotFoundException e =>
            new("There is no such run", e.Message, "A task keeps a limited number of results. Older ones are no longer known."),
        TaskCancelledException e => new("The task is cancelled", e.Message, "Registering it again revives it."),
        TaskArgumentException e => new("An argument does not fit", e.Message, e.Parameter is null ? null : $"Correct ‘{e.Parameter}’."),
        InvalidTaskException e => new("That is not valid", string.Join(" ", e.Faults), null),
        TaskConflictException e => new("The task was changed meanwhile", e.Message, "Look at the current state of the task, and try "
            + "again."),
        PayloadTooLargeException e => new("That is too large", e.Message, null),
        SchedulerStoppedException =>
            new("The scheduler is stopped", "Until it is started, only runs that are dispatched are accepted.",
                "Start it on the overview page."),
        TasksOverloadedException e => new("Too much is waiting", e.Message, "Try again a little later."),
        ClusterUnreachableException or OperationCanceledException or TimeoutException =>
            new("The cluster is out of reach", exception is ClusterUnreachableException ? exception.Message : "No silo answered in time.",
                "This page retries by itself. Check that the silos are running.")
            {
                IsUnreachable = true,
            },
        TaskException e => new("That did not work", e.Message, null),
        _ => new("That did not work", exception.Message, "The server's log says more."),
    };
}
