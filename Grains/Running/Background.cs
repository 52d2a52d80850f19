namespace OrleansTasks.Running;

/// <summary>Where a silo's work goes that is not for the turns of a grain, and where its choices by chance come from.</summary>
/// <param name="scheduler">Runs the work.</param>
/// <param name="chance">Makes the choices.</param>
internal sealed class Background(TaskScheduler scheduler, Random chance)
{
    /// <summary>The threads of the process.</summary>
    public static Background Pool { get; } = new(TaskScheduler.Default, Random.Shared);

    public Random Chance => chance;

    /// <summary>Does something there.</summary>
    public Task RunAsync(Func<Task> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler).Unwrap();

    /// <summary>Computes something there.</summary>
    public Task<T> RunAsync<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);

    /// <summary>Does something there that waits for nothing.</summary>
    public Task RunAsync(Action work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);
}
