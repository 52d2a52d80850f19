using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Records;
using OrleansTasks.Schedules;
using static OrleansTasks.Partitions.PartitionMessages;

namespace OrleansTasks.Partitions;

/// <summary>Manages the business calendars. They are edited in partition 0 and copied to all others.</summary>
/// <param name="context">The context that all parts of the partition share.</param>
internal sealed class PartitionCalendars(PartitionContext context) : PartitionPart(context)
{
    private const int UsersNamed = 10;
    private static readonly TimeSpan CopyPatience = TimeSpan.FromSeconds(2);

    private IEnumerable<IPartition> AllPartitions =>
        Enumerable.Range(0, State.Header!.Partitions).Select(p => Silo.Grains.Refer<IPartition>(p));

    /// <summary>Creates or replaces a calendar.</summary>
    /// <returns>Whether it is new.</returns>
    public async Task<bool> PutAsync(string name, BusinessCalendar? calendar, Guid request)
    {
        CheckKeepsThem();
        var faults = calendar is null
            ? ["The calendar is missing."]
            : calendar.Faults(Silo.Options.Limits.MaxCalendarDays, Silo.Options.Limits.MaxDescriptionLength).ToList();
        if (BusinessCalendar.NameFault(name) is { } nameFault)
        {
            faults.Insert(0, nameFault);
        }

        if (faults.Count > 0)
        {
            throw new InvalidTaskException(null, faults);
        }

        if (State.Requests.Find(request) is { } wasNew)
        {
            await CommitAsync();
            await CopyAsync();
            return wasNew;
        }

        var isNew = State.Calendars.Find(name) is null;
        if (isNew && State.Calendars.Calendars.Count >= Silo.Options.Limits.MaxCalendars)
        {
            throw new InvalidTaskException(null, [$"There are {State.Calendars.Calendars.Count} business calendars, which is the limit. "
                + "Remove one, or raise TasksOptions.Limits.MaxCalendars."]);
        }

        State.Requests.Add(request, isNew, Now);
        if (Equals(State.Calendars.Find(name), calendar))
        {
            await CommitAsync();
        }
        else
        {
            await SetAsync(State.Calendars.With(name, calendar!));
            await CopyAsync();
        }

        return isNew;
    }

    /// <summary>Removes a calendar that no task observes.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="request">The id of the request; empty if it has none.</param>
    /// <param name="wanted">Checks, once it is known that no task observes the calendar, whether to remove it still; null to remove
    /// it.</param>
    /// <returns>Whether the calendar existed.</returns>
    public async Task<bool> RemoveAsync(string? name, Guid request, Func<bool>? wanted = null)
    {
        CheckKeepsThem();
        if (State.Requests.Find(request) is { } wasThere)
        {
            await CommitAsync();
            await CopyAsync();
            return wasThere;
        }

        if (name is null || State.Calendars.Find(name) is null)
        {
            return false;
        }

        var users = (await Task.WhenAll(AllPartitions.Select(p => p.UsersOfCalendarAsync(name)))).SelectMany(u => u)
            .Order(StringComparer.Ordinal).ToList();
        if (users.Count > 0)
        {
            var named = string.Join(", ", users.Take(UsersNamed).Select(u => $"'{u}'"));
            throw new TaskConflictException(null, $"The business calendar '{name}' is used by "
                + $"{named}{(users.Count > UsersNamed ? " and others" : "")}. Register them without it first.");
        }

        if (wanted?.Invoke() == false)
        {
            return false;
        }

        if (State.Requests.Find(request) is null)
        {
            // The same request may have arrived again while the partitions were asked.
            State.Requests.Add(request, true, Now);
            await SetAsync(State.Calendars.Without(name));
        }

        await CopyAsync();
        return true;
    }

    /// <summary>Replaces all calendars at once, together with other pending changes.</summary>
    public async Task ReplaceAsync(CalendarSet calendars)
    {
        await SetAsync(calendars);
        await CopyAsync();
    }

    /// <summary>Accepts the calendars of partition 0, unless those here are newer.</summary>
    public Task TakeAsync(CalendarSet calendars) => calendars.Revision > State.Calendars.Revision ? SetAsync(calendars) : CommitAsync();

    /// <summary>Returns some of the tasks that observe a calendar: one more than an error names.</summary>
    public IReadOnlyList<string> UsersOf(string calendar) =>
        [.. State.Slots.Values.Select(s => s.Entry).OfType<TaskEntry>()
            .Where(e => e.State != TaskState.Cancelled && e.Schedule?.CalendarNames.Contains(calendar) == true).Select(e => e.Name)
            .Take(UsersNamed + 1)];

    private async Task SetAsync(CalendarSet calendars)
    {
        var changed = State.SetCalendars(calendars);
        foreach (var task in changed)
        {
            Waker.ScheduleAfter(State.Slots[task], Now);
        }

        await CommitAsync();
        await Wakes.WakeAndWaitAsync(changed);
    }

    /// <summary>Copies the calendars to the other partitions. If a partition cannot be reached now, the supervisor updates it.</summary>
    private async Task CopyAsync()
    {
        var calendars = State.Calendars;
        await Task.WhenAll(AllPartitions.Skip(1).Select(CopyToAsync));

        async Task CopyToAsync(IPartition partition)
        {
            try
            {
                await partition.TakeCalendarsAsync(calendars).WaitAsync(CopyPatience, Silo.Pauses);
            }
            catch (Exception e)
            {
                LogNotCopied(Silo.Log, e.Message);
            }
        }
    }

    private void CheckKeepsThem()
    {
        if (Number != 0)
        {
            throw new InvalidTaskException(null, [$"Business calendars can be changed only in partition 0, not in partition {Number}."]);
        }
    }
}
