using OrleansTasks.Grains;

namespace OrleansTasks.Client.Http;

/// <summary>Implements the operations of task handles that the client serves over HTTP.</summary>
/// <param name="runs">Makes runs.</param>
internal sealed class HttpHandles(RunCalls runs) : ITaskHandleClient
{
    public Task<RunId> TriggerAsync(string task, TriggerOptions? options, CancellationToken ct) => runs.TriggerAsync(task, options, ct);

    public Task<T> CallTaskAsync<T>(string task, Func<ITaskGrain, Task<T>> call, CancellationToken ct) =>
        throw NotServed.Of("This operation");

    public Task<T> ChangeTaskAsync<T>(string task, Func<ITaskGrain, Guid, bool, Task<T>> call, CancellationToken ct) =>
        throw NotServed.Of("This operation");

    public Task<T> CallPartitionOfAsync<T>(string task, Func<ISchedulerGrain, Task<T>> call, CancellationToken ct) =>
        throw NotServed.Of("This operation");

    public Task<IReadOnlyList<RunId>> BackfillAsync(
        string task, DateTimeOffset from, DateTimeOffset to, TriggerOptions? options, CancellationToken ct) => throw NotServed.Of();

    public Task<IReadOnlyList<RunInfo>> ReadRunsAsync(string task, int limit, long? before, CancellationToken ct) => throw NotServed.Of();

    public Task<RunsPage> ReadRunsPageAsync(string task, int limit, long? before, CancellationToken ct) => throw NotServed.Of();

    public Task<ResultHistory> ReadHistoryAsync(string task, long after, int limit, CancellationToken ct) => throw NotServed.Of();

    public Task<TaskInfo> UpdateTaskAsync(string name, Func<TaskRegistration, TaskRegistration> change, CancellationToken ct) =>
        throw NotServed.Of();
}
