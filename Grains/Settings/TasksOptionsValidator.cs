using Microsoft.Extensions.Options;
using OrleansTasks.Values;

namespace OrleansTasks.Settings;

/// <summary>Reports all values that are out of range.</summary>
internal sealed class TasksOptionsValidator : IValidateOptions<TasksOptions>
{
    public ValidateOptionsResult Validate(string? name, TasksOptions options)
    {
        var faults = Faults(options).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    public static IEnumerable<string> Faults(TasksOptions o)
    {
        List<string?> faults =
        [
            o.RunsTasks is null
                ? "TasksOptions.RunsTasks is null; names of handlers with * for any characters are allowed, separated by commas, or an "
                    + "empty text for none."
                : null,
            Range(nameof(o.Partitions), o.Partitions, 1, 1024),
            Range(nameof(o.MaxConcurrentRuns), o.MaxConcurrentRuns, 1, int.MaxValue),
            Range(nameof(o.PlacesForOccurrences), o.PlacesForOccurrences, 0, int.MaxValue),
            Range(nameof(o.MaxQueuedRuns), o.MaxQueuedRuns, 0, int.MaxValue),
            Range(nameof(o.SpreadAbove), o.SpreadAbove, 0, int.MaxValue),
            Range(nameof(o.MisfireThreshold), o.MisfireThreshold, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
            Range(nameof(o.ClockTolerance), o.ClockTolerance, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            Range(nameof(o.SupervisionPeriod), o.SupervisionPeriod, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
            o.BalancePartitionsAfter == Timeout.InfiniteTimeSpan
                ? null
                : Range(nameof(o.BalancePartitionsAfter), o.BalancePartitionsAfter, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            Range(nameof(o.DrainTimeout), o.DrainTimeout, TimeSpan.Zero, TimeSpan.FromHours(1)),
            Range(nameof(o.CancellationGrace), o.CancellationGrace, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
            Range(nameof(o.HistoryFlushPeriod), o.HistoryFlushPeriod, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)),
            Range(nameof(o.StorageCheckPeriod), o.StorageCheckPeriod, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
            Range(nameof(o.MaxTaggedTasks), o.MaxTaggedTasks, 0, 100_000),
            Range("Limits.MaxArgumentsSize", o.Limits.MaxArgumentsSize, 1024, 64 << 20),
            Range("Limits.MaxKeptArgumentsSize", o.Limits.MaxKeptArgumentsSize, 0, 1 << 20),
            Range("Limits.MaxHeaders", o.Limits.MaxHeaders, 0, 256),
            Range("Limits.MaxHeadersSize", o.Limits.MaxHeadersSize, 0, 16 << 10),
            Range("Limits.MaxValueSize", o.Limits.MaxValueSize, 1024, 64 << 20),
            Range("Limits.MaxCheckpointSize", o.Limits.MaxCheckpointSize, 1024, 1 << 20),
            Range("Limits.MinCheckpointInterval", o.Limits.MinCheckpointInterval, TimeSpan.Zero, TimeSpan.FromMinutes(1)),
            Range("Limits.MaxErrorLength", o.Limits.MaxErrorLength, 256, 256 << 10),
            Range("Limits.MaxStackLength", o.Limits.MaxStackLength, 256, 256 << 10),
            Range("Limits.MaxLogLength", o.Limits.MaxLogLength, 1_000, 256 << 10),
            Range("Limits.MaxStreamMessageSize", o.Limits.MaxStreamMessageSize, 64 << 10, 64 << 20),
            Range("Limits.MaxTasksPerPartition", o.Limits.MaxTasksPerPartition, 1, int.MaxValue),
            Range("Limits.MaxPendingRunsPerPartition", o.Limits.MaxPendingRunsPerPartition, 1, int.MaxValue),
            Range("Limits.MaxPendingArgumentsSize", o.Limits.MaxPendingArgumentsSize, 1 << 20, long.MaxValue),
            Range("Limits.MaxQueuedArgumentsSize", o.Limits.MaxQueuedArgumentsSize, 1 << 20, long.MaxValue),
            Range("Limits.MaxWaitingRunsPerTask", o.Limits.MaxWaitingRunsPerTask, 1, int.MaxValue),
            Range("Limits.MaxBatchItems", o.Limits.MaxBatchItems, 1, 100_000),
            Range("Limits.MaxBatchArgumentsSize", o.Limits.MaxBatchArgumentsSize, 1024, 64 << 20),
            Range("Limits.MaxBatchesPerPartition", o.Limits.MaxBatchesPerPartition, 1, int.MaxValue),
            Range("Limits.MaxGroupsPerPartition", o.Limits.MaxGroupsPerPartition, 1, int.MaxValue),
            .. (o.KeepSucceeded ?? RunRetention.Succeeded).Faults("TasksOptions.KeepSucceeded"),
            .. (o.KeepOther ?? RunRetention.Other).Faults("TasksOptions.KeepOther"),
            Range("Limits.MaxKeptRunsPerPartition", o.Limits.MaxKeptRunsPerPartition, 1, int.MaxValue),
            Range("Limits.MaxKeptBytesPerPartition", o.Limits.MaxKeptBytesPerPartition, 64 << 10, long.MaxValue),
            Range("Limits.BatchRetention", o.Limits.BatchRetention, TimeSpan.Zero, TimeSpan.FromDays(3650)),
            Range("Limits.MaxScheduleSteps", o.Limits.MaxScheduleSteps, 10_000L, 100_000_000L),
            Range("Limits.MaxScheduleTime", o.Limits.MaxScheduleTime, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1)),
            Range("Limits.MaxCalendars", o.Limits.MaxCalendars, 0, 10_000),
            Range("Limits.MaxCalendarDays", o.Limits.MaxCalendarDays, 1, TaskEngineLimits.Widest.MaxCalendarDays),
            Range("Limits.MaxTags", o.Limits.MaxTags, 0, TaskEngineLimits.Widest.MaxTags),
            Range("Limits.MaxTagLength", o.Limits.MaxTagLength, 1, TaskEngineLimits.Widest.MaxTagLength),
            Range("Limits.MaxDescriptionLength", o.Limits.MaxDescriptionLength, 0, TaskEngineLimits.Widest.MaxDescriptionLength),
            Range("Limits.MaxNoteLength", o.Limits.MaxNoteLength, 0, TaskEngineLimits.Widest.MaxNoteLength),
            Range("Limits.MaxIdempotencyKeys", o.Limits.MaxIdempotencyKeys, 1, int.MaxValue),
            Range("Limits.IdempotencyRetention", o.Limits.IdempotencyRetention, TimeSpan.Zero, TimeSpan.FromDays(3650)),
            Range("Limits.RequestRetention", o.Limits.RequestRetention, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30)),
            Range("Limits.MaxRememberedRequests", o.Limits.MaxRememberedRequests, 1 << 14, 1 << 24),
            Range("Limits.CancelledTaskRetention", o.Limits.CancelledTaskRetention, TimeSpan.Zero, TimeSpan.FromDays(3650)),
            .. HeaderNames.Faults("TasksOptions.InheritedHeaders", o.InheritedHeaders),
            .. HeaderNames.Faults("TasksOptions.UncomparedHeaders", o.UncomparedHeaders),
        ];
        return faults.OfType<string>();
    }

    private static string? Range<T>(string option, T value, T least, T most)
        where T : IComparable<T> => value.CompareTo(least) < 0 || value.CompareTo(most) > 0
            ? $"TasksOptions.{option} is {value}; {least} to {most} are allowed."
            : null;
}
