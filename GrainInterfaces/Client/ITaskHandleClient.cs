namespace OrleansTasks;

/// <summary>What a <see cref="TaskHandle"/> needs of the client that made it.</summary>
internal interface ITaskHandleClient : ITaskClient
{
    Task<T> CallTaskAsync<T>(string task, Func<ITaskGrain, Task<T>> call, CancellationToken ct);

    /// <summary>Calls the partition that a task belongs to.</summary>
    Task<T> CallPartitionOfAsync<T>(string task, Func<ISchedulerGrain, Task<T>> call, CancellationToken ct);

    Task<TaskInfo> UpdateTaskAsync(string name, Func<TaskRegistration, TaskRegistration> change, CancellationToken ct);
}
