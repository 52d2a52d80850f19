namespace OrleansTasks.Running;

/// <summary>Runs a silo's work that does not belong on the turns of a grain, and provides its random choices.</summary>
/// <param name="scheduler">Runs the work.</param>
/// <param name="chance">Provides the random choices.</param>
internal sealed class Background(TaskScheduler scheduler, Random chance)
{
    /// <summary>Gets the background work on the thread pool of the process.</summary>
    public static Background Pool { get; } = new(TaskScheduler.Default, Random.Shared);

    public Random Chance => chance;

    /// <summary>Runs asynchronous work in the background.</summary>
    public Task RunAsync(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler).Unwrap();

    /// <summary>Computes a value in the background.</summary>
    public Task<T> RunAsync<T>(Func<T> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);

    /// <summary>Runs work in the background that does not wait for anything.</summary>
    public Task RunAsync(Action work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, scheduler);
}
