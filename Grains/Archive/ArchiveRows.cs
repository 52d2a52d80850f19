using OrleansTasks.Calls;
using OrleansTasks.Records;

namespace OrleansTasks.Archive;

/// <summary>Creates rows from results. Pure.</summary>
internal static class ArchiveRows
{
    /// <summary>
    /// Returns the results to archive, each run once. Two owners of a task may have numbered a run; the higher number counts.
    /// </summary>
    public static IReadOnlyList<(RunsToKeep Runs, TaskResult Result)> Latest(IEnumerable<RunsToKeep> wanted)
    {
        var (all, places) = (new List<(RunsToKeep Runs, TaskResult Result)>(), new Dictionary<Guid, int>());
        foreach (var runs in wanted)
        {
            foreach (var result in runs.Results)
            {
                if (!places.TryGetValue(result.RunId.Value, out var place))
                {
                    places.Add(result.RunId.Value, all.Count);
                    all.Add((runs, result));
                }
                else if (all[place].Result.Sequence < result.Sequence)
                {
                    all[place] = (runs, result);
                }
            }
        }

        return all;
    }

    /// <summary>Creates the row of a result, and adds its texts to a table.</summary>
    /// <param name="runs">The call that contains the result.</param>
    /// <param name="result">The result.</param>
    /// <param name="texts">The texts of the table.</param>
    /// <returns>The row, without the location of its details.</returns>
    public static ArchiveRow Of(RunsToKeep runs, TaskResult result, InternedTexts texts) => new()
    {
        Id = result.RunId.Value,
        RetryOf = result.RetryOf is { } old && old.Task == result.Task ? old.Value : Guid.Empty,
        Sequence = result.Sequence,
        Due = result.ScheduledAt.UtcTicks,
        Began = result.StartedAt?.UtcTicks ?? 0,
        Ended = result.FinishedAt.UtcTicks,
        Expires = Later(result.FinishedAt.UtcTicks, runs.Of(result.Status).Age.Ticks),
        Task = texts.Add(result.Task),
        Handler = texts.Add(runs.Handler),
        Group = texts.Add(runs.Group),
        Tags = texts.Add(ArchiveFilter.TextOf(runs.Tags)),
        Silo = texts.Add(result.Silo),
        ErrorType = texts.Add(result.ErrorType),
        RequestedBy = texts.Add(result.RequestedBy),
        Headers = texts.Add(ArchiveFilter.TextOf(result.Headers)),
        Parent = texts.Add(result.Parent?.ToString()),
        Batch = texts.Add(result.Batch?.Batch.ToString("N")),
        Attempt = (short)Math.Min(result.Attempt, short.MaxValue),
        Status = result.Status,
        Trigger = result.Trigger,
    };

    /// <summary>Returns the result that has the given details.</summary>
    public static TaskResult ResultOf(string task, ReadOnlySpan<byte> details) => StoredResults.Read(task, details)[0];

    /// <summary>Returns whether a text occurs in a run's arguments, error or log.</summary>
    public static bool HasText(TaskResult result, string text)
    {
        return Has(result.Arguments?.ToString()) || Has(result.Error) || result.Log.Any(l => Has(l.Message));

        bool Has(string? where) => where?.Contains(text, StringComparison.OrdinalIgnoreCase) == true;
    }

    private static long Later(long ticks, long span) => span > DateTime.MaxValue.Ticks - ticks ? DateTime.MaxValue.Ticks : ticks + span;
}
