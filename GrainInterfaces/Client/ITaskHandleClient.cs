using OrleansTasks.Grains;

namespace OrleansTasks.Client;

/// <summary>Defines what a <see cref="TaskHandle"/> needs from its client besides <see cref="ITaskClient"/>.</summary>
internal interface ITaskHandleClient
{
    Task<T> CallTaskAsync<T>(string task, Func<ITaskGrain, Task<T>> call, CancellationToken ct);

    /// <summary>
    /// Changes a task. The call gets the id of the request, which is the same at each repetition, and whether it is a repetition.
    /// </summary>
    Task<T> ChangeTaskAsync<T>(string task, Func<ITaskGrain, Guid, bool, Task<T>> call, CancellationToken ct);

    /// <summary>See <see cref="TaskHandle.TriggerAsync(TriggerOptions, CancellationToken)"/>.</summary>
    Task<RunId> TriggerAsync(string task, TriggerOptions? options, CancellationToken ct);

    /// <summary>See <see cref="TaskHandle.BackfillAsync(DateTimeOffset, DateTimeOffset, TriggerOptions, CancellationToken)"/>.</summary>
    Task<IReadOnlyList<RunId>> BackfillAsync(string task, DateTimeOffset from, DateTimeOffset to, TriggerOptions? options,
        CancellationToken ct);

    /// <summary>Calls the partition that a task belongs to.</summary>
    Task<T> CallPartitionOfAsync<T>(string task, Func<ISchedulerGrain, Task<T>> call, CancellationToken ct);

    /// <summary>Reads runs of a task, in as many calls as their size requires.</summary>
    Task<IReadOnlyList<RunInfo>> ReadRunsAsync(string task, int limit, long? before, CancellationToken ct);

    /// <summary>Reads runs of a task, up to the size of one answer.</summary>
    Task<RunsPage> ReadRunsPageAsync(string task, int limit, long? before, CancellationToken ct);

    /// <summary>Reads results of a task, in as many calls as their size requires.</summary>
    Task<ResultHistory> ReadHistoryAsync(string task, long after, int limit, CancellationToken ct);

    Task<TaskInfo> UpdateTaskAsync(string name, Func<TaskRegistration, TaskRegistration> change, CancellationToken ct);

    /// <summary>See <see cref="TaskHandle.PauseAsync"/>.</summary>
    Task<TaskInfo> PauseTaskAsync(string name, string? note, DateTimeOffset? until, string? by, PausedOccurrences occurrences,
        CancellationToken ct) =>
        ChangeTaskAsync(name, (g, id, _) => g.PauseAsync(note, until, by, occurrences, id), ct);

    /// <summary>See <see cref="TaskHandle.ResumeAsync"/>.</summary>
    Task<TaskInfo> ResumeTaskAsync(string name, CancellationToken ct) => ChangeTaskAsync(name, static (g, id, _) => g.ResumeAsync(id), ct);

    /// <summary>See <see cref="TaskHandle.CancelAsync"/>.</summary>
    Task<bool> CancelTaskAsync(string name, CancellationToken ct) => ChangeTaskAsync(name, static (g, id, _) => g.CancelAsync(id), ct);

    /// <summary>See <see cref="TaskHandle.DescribeAsync"/>.</summary>
    Task<TaskInfo> DescribeTaskAsync(string name, CancellationToken ct) => CallTaskAsync(name, static g => g.DescribeAsync(), ct);

    /// <summary>See <see cref="TaskHandle.OccurrencesAsync"/>.</summary>
    Task<IReadOnlyList<TaskOccurrence>> ReadOccurrencesAsync(string name, OccurrenceQuery query, CancellationToken ct) =>
        CallPartitionOfAsync(name, g => g.OccurrencesAsync(name, query, ct), ct);

    /// <summary>See <see cref="TaskHandle.PreviewAsync"/>.</summary>
    Task<SchedulePreview> PreviewTaskAsync(string name, PreviewRequest request, CancellationToken ct) =>
        CallPartitionOfAsync(name, g => g.PreviewAsync(name, request, ct), ct);

    /// <summary>See <see cref="TaskHandle.LedgerAsync"/>.</summary>
    Task<TaskLedger> ReadLedgerAsync(string name, LedgerQuery query, CancellationToken ct) =>
        CallTaskAsync(name, g => g.LedgerAsync(query), ct);
}
