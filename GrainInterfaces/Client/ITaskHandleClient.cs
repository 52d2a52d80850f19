namespace OrleansTasks;

/// <summary>What a <see cref="TaskHandle"/> needs of the client that made it.</summary>
internal interface ITaskHandleClient : ITaskClient
{
    Task<T> CallTaskAsync<T>(string task, Func<ITaskGrain, Task<T>> call, CancellationToken ct);

    Task<TaskInfo> UpdateTaskAsync(string name, Func<TaskRegistration, TaskRegistration> change, CancellationToken ct);
}
