using Microsoft.Extensions.Logging;

namespace OrleansTasks;

/// <content>Schedules as people look at them, and the business calendars: edited in partition 0, and copied to all others.</content>
internal sealed partial class SchedulerGrain
{
    private const int UsersNamed = 10;
    private static readonly TimeSpan CopyPatience = TimeSpan.FromSeconds(2);

    public Task<IReadOnlyList<TaskOccurrence>> OccurrencesAsync(string task, OccurrenceQuery? query = null, CancellationToken ct = default)
    {
        query ??= new OccurrenceQuery();
        if (query.Faults() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException(task, faults);
        }

        var entry = _state.Slots.GetValueOrDefault(TaskNames.Check(task))?.Entry ?? throw new TaskNotFoundException(task);
        var now = Now;
        return SearchAsync(task, () => query.Of(entry.Resolved, entry.Anchor, now), ct);
    }

    public Task<SchedulePreview> PreviewAsync(string task, PreviewRequest request, CancellationToken ct = default)
    {
        TaskNames.Check(task);
        var now = Now;
        var from = request?.From ?? now;
        var to = request?.To ?? (from < DateTimeOffset.MaxValue - PreviewRequest.DefaultPeriod ? from + PreviewRequest.DefaultPeriod : DateTimeOffset.MaxValue);
        if (to < from)
        {
            throw new InvalidTaskException(task, [$"The period ends ({to:O}) before it begins ({from:O})."]);
        }

        var calendars = _state.Calendars;
        var entry = _state.Slots.GetValueOrDefault(task)?.Entry;
        return SearchAsync(task, () => Compare(request?.Schedule), ct);

        SchedulePreview Compare(TaskSchedule? schedule)
        {
            IReadOnlyList<string> faults = schedule is null ? [] : schedule.Fault() is { } fault ? [fault] : Registrations.MissingCalendars(schedule, calendars);
            if (faults.Count > 0)
            {
                throw new InvalidTaskException(task, faults);
            }

            var before = entry?.ScheduleFault is null ? entry?.Resolved : null;
            return SchedulePreview.Compare(before, Equals(schedule, entry?.Schedule) ? before : schedule?.Resolve(now, task, calendars.Get), from, to);
        }
    }

    public Task<IReadOnlyDictionary<string, BusinessCalendar>> GetCalendarsAsync() => Task.FromResult(_state.Calendars.Calendars);

    public Task<CalendarSet> GetCalendarSetAsync() => Task.FromResult(_state.Calendars);

    public async Task<bool> PutCalendarAsync(string name, BusinessCalendar calendar, Guid request = default)
    {
        CheckKeepsCalendars();
        var faults = calendar is null ? ["The calendar is missing."] : calendar.Faults().ToList();
        if (BusinessCalendar.NameFault(name) is { } nameFault)
        {
            faults.Insert(0, nameFault);
        }

        if (faults.Count > 0)
        {
            throw new InvalidTaskException(null, faults);
        }

        if (_state.Requests.Find(request) is { } wasNew)
        {
            await CommitAsync();
            await CopyCalendarsAsync();
            return wasNew;
        }

        var isNew = _state.Calendars.Find(name) is null;
        if (isNew && _state.Calendars.Calendars.Count >= _options.Limits.MaxCalendars)
        {
            throw new InvalidTaskException(null, [$"There are {_state.Calendars.Calendars.Count} business calendars, which is the limit (MaxCalendars)."]);
        }

        _state.Requests.Add(request, isNew, Now);
        if (Equals(_state.Calendars.Find(name), calendar))
        {
            await CommitAsync();
        }
        else
        {
            await TakeAsync(_state.Calendars.With(name, calendar!));
            await CopyCalendarsAsync();
        }

        return isNew;
    }

    public async Task<bool> RemoveCalendarAsync(string name, Guid request = default)
    {
        CheckKeepsCalendars();
        if (_state.Requests.Find(request) is { } wasThere)
        {
            await CommitAsync();
            await CopyCalendarsAsync();
            return wasThere;
        }

        if (name is null || _state.Calendars.Find(name) is null)
        {
            return false;
        }

        var users = (await Task.WhenAll(AllPartitions.Select(p => p.UsersOfCalendarAsync(name)))).SelectMany(u => u).Order(StringComparer.Ordinal).ToList();
        if (users.Count > 0)
        {
            var named = string.Join(", ", users.Take(UsersNamed).Select(u => $"'{u}'"));
            throw new TaskConflictException(null, $"The business calendar '{name}' is observed by {named}{(users.Count > UsersNamed ? " and others" : "")}.");
        }

        if (_state.Requests.Find(request) is null)
        {
            // The same request may have come again while the partitions were asked.
            _state.Requests.Add(request, true, Now);
            await TakeAsync(_state.Calendars.Without(name));
        }

        await CopyCalendarsAsync();
        return true;
    }

    public Task TakeCalendarsAsync(CalendarSet calendars) => calendars.Revision > _state.Calendars.Revision ? TakeAsync(calendars) : CommitAsync();

    public Task<IReadOnlyList<string>> UsersOfCalendarAsync(string calendar) => Task.FromResult<IReadOnlyList<string>>(
        [.. _state.Slots.Values.Select(s => s.Entry).OfType<TaskEntry>().Where(e => e.State != TaskState.Cancelled && e.Schedule?.CalendarNames.Contains(calendar) == true).Select(e => e.Name).Take(UsersNamed + 1)]);

    private async Task TakeAsync(CalendarSet calendars)
    {
        var changed = _state.SetCalendars(calendars);
        foreach (var task in changed)
        {
            _waker.ScheduleAfter(_state.Slots[task], Now);
        }

        await CommitAsync();
        await _waker.WakeAndWaitAsync(changed);
    }

    /// <summary>Tells the other partitions; one that cannot be told now learns of it from the supervisor.</summary>
    private async Task CopyCalendarsAsync()
    {
        var calendars = _state.Calendars;
        await Task.WhenAll(AllPartitions.Skip(1).Select(CopyAsync));

        async Task CopyAsync(IPartition partition)
        {
            try
            {
                await partition.TakeCalendarsAsync(calendars).WaitAsync(CopyPatience, _pauses);
            }
            catch (Exception e)
            {
                LogNotCopied(_log, e.Message);
            }
        }
    }

    private IEnumerable<IPartition> AllPartitions => Enumerable.Range(0, _state.Header!.Partitions).Select(p => GrainFactory.Refer<IPartition>(p));

    private void CheckKeepsCalendars()
    {
        if (Partition != 0)
        {
            throw new InvalidTaskException(null, [$"Business calendars are edited in partition 0, and partition {Partition} was asked."]);
        }
    }

    [LoggerMessage(221, LogLevel.Debug, "A partition could not be told of changed business calendars, and learns of them later: {Reason}")]
    private static partial void LogNotCopied(ILogger logger, string reason);
}
