using OrleansTasks.Records;

namespace OrleansTasks.Policies;

/// <summary>
/// Decides which runs may start. A task has a generation, and each run has the generation of its task when the run was accepted. Cancelling
/// a task, or registering it again, gives it a later one. A run of an earlier generation never starts, wherever it is and whether it was
/// removed yet or not. Neither does a run that was cancelled by itself. Pure.
/// </summary>
internal static class Admission
{
    /// <summary>Decides whether a run of a task may start.</summary>
    /// <param name="task">The task as it is registered now, or null if it is not registered.</param>
    /// <param name="generation">The generation in which the run was accepted.</param>
    /// <returns>True if it may start.</returns>
    public static bool Admits(TaskEntry? task, long generation) =>
        task is { State: not TaskState.Cancelled } && generation >= task.Generation;

    /// <summary>Decides whether a stored run may start.</summary>
    /// <param name="task">Its task as it is registered now, or null if it is not registered.</param>
    /// <param name="run">The run.</param>
    /// <returns>True if it may start.</returns>
    public static bool Admits(TaskEntry? task, StoredRun run) => !run.CalledOff && Admits(task, run.Generation);

    /// <summary>Rejects a run that must not start.</summary>
    /// <param name="name">The task's name.</param>
    /// <param name="task">The task as it is registered now, or null if it is not registered.</param>
    /// <param name="generation">The generation in which the run would be accepted.</param>
    /// <exception cref="TaskNotFoundException">There is no such task.</exception>
    /// <exception cref="TaskCancelledException">The task was cancelled since the run was requested.</exception>
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
