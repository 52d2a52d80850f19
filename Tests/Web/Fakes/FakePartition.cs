using OrleansTasks.Schedules;

namespace OrleansTasks.Tests.Web;

/// <summary>Represents the one partition of a <see cref="FakeCluster"/>, as far as schedules and calendars need it.</summary>
internal sealed class FakePartition(FakeCluster client) : ISchedulerGrain
{
    private CalendarSet _calendars = CalendarSet.Empty;

    public Task<IReadOnlyList<TaskOccurrence>> OccurrencesAsync(string task, OccurrenceQuery? query = null,
        CancellationToken ct = default) =>
        Task.FromResult(
            (query ?? new()).Faults() is { Count: > 0 } faults
                ? throw new InvalidTaskException(task, faults)
                : query!.Of(Resolved(client.Get(task).Info.Schedule), FakeTask.Epoch, FakeTask.Epoch));

    public Task<SchedulePreview> PreviewAsync(string task, PreviewRequest request, CancellationToken ct = default) =>
        Task.FromResult(SchedulePreview.Compare(
        Resolved(client.Get(task).Info.Schedule), Resolved(request.Schedule), request.From ?? FakeTask.Epoch,
        request.To ?? FakeTask.Epoch + PreviewRequest.DefaultPeriod));

    public Task<IReadOnlyDictionary<string, BusinessCalendar>> GetCalendarsAsync() => Task.FromResult(_calendars.Calendars);

    public Task<bool> PutCalendarAsync(string name, BusinessCalendar calendar, Guid request = default)
    {
        if (calendar.Faults() is { Count: > 0 } faults)
        {
            throw new InvalidTaskException(null, faults);
        }

        var isNew = _calendars.Find(name) is null;
        _calendars = _calendars.With(name, calendar);
        return Task.FromResult(isNew);
    }

    public Task<bool> RemoveCalendarAsync(string name, Guid request = default)
    {
        var was = _calendars.Find(name) is not null;
        _calendars = _calendars.Without(name);
        return Task.FromResult(was);
    }

    public Task<PartitionInfo> DescribeAsync() => throw new NotSupportedException();

    public Task<RegistrationReply> RegisterAsync(TaskRegistration registration, long? expectedRevision = null, Guid request = default,
        CancellationToken ct = default) => throw new NotSupportedException();

    public Task<IReadOnlyList<TaskInfo>> ListAsync(TaskQuery query) => throw new NotSupportedException();

    public Task<long> CountAsync(TaskQuery query) => throw new NotSupportedException();

    public Task<TasksOverview> OverviewAsync() => throw new NotSupportedException();

    public Task<IReadOnlyList<HandlerInfo>> HandlersAsync() => throw new NotSupportedException();

    public Task StartAsync(Guid request = default) => throw new NotSupportedException();

    public Task StopAsync(Guid request = default) => throw new NotSupportedException();

    public Task ClearAsync(Guid request = default) => throw new NotSupportedException();

    private TaskSchedule? Resolved(TaskSchedule? schedule) => schedule?.Resolve(FakeTask.Epoch, "task", _calendars.Get);
}
