using OrleansTasks.Values;

namespace OrleansTasks.Grains;

/// <summary>
/// Limits the size of answers: a page ends with the item that reaches <see cref="MaxBytes"/>. Both sides measure in the same way, so that
/// the caller knows whether a short page is the last one.
/// </summary>
internal static class AnswerPage
{
    /// <summary>
    /// The size at which a page ends, in bytes. It is part of the protocol: callers continue after a page that has reached it.
    /// </summary>
    public const long MaxBytes = 1 << 20;

    /// <summary>
    /// The size for items that are now measured larger than by callers of earlier versions. Such a page has reached <see cref="MaxBytes"/>
    /// by their measure too, so that they continue after it.
    /// </summary>
    public const long MaxMixedBytes = 4 * MaxBytes;

    private const int Overhead = 256;

    // The size in JSON.
    private const int SizeOfADay = 13;
    private const int SizeOfATime = 24;

    /// <summary>
    /// Returns the first items, up to a number of them and to the size of a page. Returns at least one, if there are any.
    /// </summary>
    /// <param name="items">The items. No more of them are enumerated than are taken.</param>
    /// <param name="size">Measures an item in bytes.</param>
    /// <param name="limit">The maximum number of items.</param>
    /// <param name="most">The size of a page.</param>
    /// <returns>The page.</returns>
    public static List<T> Of<T>(IEnumerable<T> items, Func<T, long> size, int limit, long most = MaxBytes)
    {
        var page = new List<T>();
        if (limit <= 0)
        {
            return page;
        }

        var bytes = 0L;
        foreach (var item in items)
        {
            page.Add(item);
            bytes += size(item);
            if (page.Count >= limit || bytes >= most)
            {
                break;
            }
        }

        return page;
    }

    /// <summary>Divides items into pages, in order.</summary>
    /// <param name="items">The items.</param>
    /// <param name="size">Measures an item in bytes.</param>
    /// <param name="limit">The maximum number of items in one page.</param>
    /// <returns>The pages.</returns>
    public static IEnumerable<List<T>> Divide<T>(IEnumerable<T> items, Func<T, long> size, int limit)
    {
        var rest = items.ToList();
        for (var taken = 0; taken < rest.Count;)
        {
            var page = Of(rest.Skip(taken), size, limit);
            taken += page.Count;
            yield return page;
        }
    }

    /// <summary>Decides whether a page may have ended because of its size, so that more may follow.</summary>
    /// <param name="page">The page.</param>
    /// <param name="size">Measures an item in bytes.</param>
    /// <returns>True if more may follow.</returns>
    public static bool MayGoOn<T>(IReadOnlyCollection<T> page, Func<T, long> size) => page.Sum(size) >= MaxBytes;

    /// <summary>Returns the approximate number of bytes of a result.</summary>
    public static long SizeOf(TaskResult result) =>
        Overhead + (result.Json?.Length ?? 0) + SizeOf(result.Arguments) + SizeOf(result.Headers) + SizeOf(result.Error)
            + SizeOf(result.ErrorType)
        + SizeOf(result.Stack) + SizeOf(result.RequestedBy)
        + (result.Log.Count == 0 ? 0 : result.Log.Sum(static l => 64 + SizeOf(l.Category) + SizeOf(l.Message)));

    /// <summary>Returns the approximate number of bytes of a run.</summary>
    public static long SizeOf(RunInfo run) =>
        Overhead + SizeOf(run.Arguments) + SizeOf(run.Headers) + SizeOf(run.LastError) + SizeOf(run.WaitingFor) + SizeOf(run.RequestedBy)
        + SizeOf(run.Progress) + run.Awaits.Sum(static r => 16 + SizeOf(r.Task)) + (16 * run.AwaitsBatches.Count)
        + (run.Result is { } result ? SizeOf(result) : 0);

    /// <summary>Returns the approximate number of bytes of a task, with its schedule and the description of the schedule.</summary>
    public static long SizeOf(TaskInfo task) =>
        Overhead + (2 * SizeOf(task.Schedule)) + SizeOf(task.Arguments) + SizeOf(task.Headers) + SizeOf(task.PauseNote)
        + SizeOf(task.Options) + (task.LastResult is { } last ? SizeOf(last) : 0)
        + (task.Changes?.Sum(static c => 32 + SizeOf(c.By) + SizeOf(c.Note)) ?? 0);

    /// <summary>Returns the approximate number of bytes of the texts in options.</summary>
    public static long SizeOf(TaskOptions options) => SizeOf(options.Description) + (options.Tags?.Sum(SizeOf) ?? 0) + SizeOf(options.Then)
        + (options.Retry is { } retry ? retry.OnlyFor.Concat(retry.NotFor).Sum(SizeOf) : 0);

    /// <summary>Returns the approximate number of bytes of continuations.</summary>
    public static long SizeOf(IReadOnlyList<Continuation>? then) =>
        then?.Sum(static t => t is null ? 0 : 64 + SizeOf(t.Task) + SizeOf(t.Arguments) + SizeOf(t.Headers)) ?? 0;

    /// <summary>Returns the approximate number of bytes of a schedule.</summary>
    public static long SizeOf(TaskSchedule? schedule) =>
        (schedule?.Limits is null ? 0 : 64 + schedule.BusinessCalendars.Sum(SizeOf)) + schedule switch
        {
            null => 0,
            CronSchedule cron => 64 + SizeOf(cron.Expression),
            CalendarSchedule rule => 64 + SizeOf(rule.Rule) + (SizeOfATime * (rule.Include.Count + rule.Exclude.Count)),
            UnionSchedule union => 64 + union.Schedules.Concat(union.Exceptions).Sum(SizeOf),
            _ => 64,
        };

    /// <summary>Returns the approximate number of bytes of a business calendar and its name.</summary>
    public static long SizeOf(KeyValuePair<string, BusinessCalendar> calendar) =>
        Overhead + SizeOf(calendar.Key) + SizeOf(calendar.Value.Description)
        + (SizeOfADay * (calendar.Value.Closed.Count + calendar.Value.ClosedEveryYear.Count + calendar.Value.Open.Count))
        + calendar.Value.OpenHours.Sum(static h => 64 + (SizeOfADay * h.Weekdays.Count));

    /// <summary>Returns the approximate number of bytes of a handler.</summary>
    public static long SizeOf(HandlerInfo handler) => Overhead + SizeOf(handler.Name) + handler.Silos.Sum(SizeOf)
        + handler.Parameters.Sum(static p => 64 + SizeOf(p.Name) + SizeOf(p.Type) + SizeOf(p.Default) + p.Choices.Sum(SizeOf));

    /// <summary>Returns the approximate number of bytes of an item of a stream.</summary>
    public static long SizeOfItem<T>(T item) => item switch
    {
        TaskResult result => SizeOf(result),
        BroadcastMessage message => Overhead + message.Json.Length,
        TaskEvent happened => Overhead + SizeOf(happened.Note) + SizeOf(happened.By) + SizeOf(happened.Progress),
        _ => Overhead,
    };

    /// <summary>Returns the approximate number of bytes of a run's progress.</summary>
    public static long SizeOf(RunProgress? progress) => progress is null ? 0 : SizeOf(progress.Message) + (progress.Json?.Length ?? 0);

    /// <summary>Returns the approximate number of bytes of arguments.</summary>
    public static long SizeOf(TaskArguments? arguments) => arguments?.Size ?? 0;

    /// <summary>Returns the approximate number of bytes of headers.</summary>
    public static long SizeOf(IReadOnlyDictionary<string, string>? headers) => headers is TaskHeaders { Count: > 0 } some ? some.Size : 0;

    /// <summary>Returns the maximum number of bytes of a text.</summary>
    public static long SizeOf(string? text) => text is null ? 0 : 3L * text.Length;
}
