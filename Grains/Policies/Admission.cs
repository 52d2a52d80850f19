using OrleansTasks.Records;

namespace OrleansTasks.Policies;

/// <summary>
/// Decides which runs may start. A task has a generation, and each run the generation of its task when the run was accepted. Cancelling a task, and registering it
/// again, gives it a later one: a run of an earlier generation never starts, whoever has it and whether it was removed yet or not. Nor does one that was called off by itself. Pure.
/// </summary>
internal static class Admission
{
    /// <summary>Whether a run of a task may start.</summary>
    /// <param name="task">The task as it is registered now; null if it is not.</param>
    /// <param name="generation">The generation in which the run was accepted.</param>
    /// <returns>True if it may.</returns>
    public static bool Admits(TaskEntry? task, long generation) => task is { State: not TaskState.Cancelled } && generation >= task.Generation;

    /// <summary>Whether a stored run may start.</summary>
    /// <param name="task">Its task as it is registered now; null if it is not.</param>
    /// <param name="run">The run.</param>
    /// <returns>True if it may.</returns>
    public static bool Admits(TaskEntry? task, StoredRun run) => !run.CalledOff && Admits(task, run.Generation);

    /// <summary>Refuses a run that may not start.</summary>
    /// <param name="name">The task's name.</param>
    /// <param name="task">The task as it is registered now; null if it is not.</param>
    /// <param name="generation">The generation that the run was to be accepted in.</param>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="TaskCancelledException">The task was cancelled since the run was asked for.</exception>
    public static void Ensure(string name, TaskEntry? task, long generation)
    {
        if (task is null)
        {
            throw new TaskNotFoundException(name);
        }

        if (!Admits(task, generation))
        {
            throw new TaskCancelledException(name);
        }
    }
}
