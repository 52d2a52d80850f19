namespace OrleansTasks.Testing.Client;

/// <summary>Keeps the tasks that a fake client knows: those that were registered with it, and those that a call has named.</summary>
/// <param name="time">The time.</param>
internal sealed class FakeRegistry(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, TaskInfo> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, BusinessCalendar> _calendars = new(StringComparer.Ordinal);
    private readonly NotedList<TaskRegistration> _scheduled = new();

    /// <summary>Gets the registrations that were made with <see cref="Schedule"/>.</summary>
    public IReadOnlyList<TaskRegistration> Scheduled => _scheduled.All;

    public IReadOnlyDictionary<string, BusinessCalendar> Calendars
    {
        get
        {
            lock (_gate)
            {
                return new Dictionary<string, BusinessCalendar>(_calendars, StringComparer.Ordinal);
            }
        }
    }

    public IReadOnlyList<TaskInfo> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _tasks.Values.Select(WithNext)];
            }
        }
    }

    /// <summary>Returns a task. A name that is new creates it.</summary>
    public TaskInfo Get(string name)
    {
        lock (_gate)
        {
            return WithNext(GetOrAdd(name));
        }
    }

    public TaskInfo Change(string name, Func<TaskInfo, TaskInfo> change)
    {
        lock (_gate)
        {
            var old = GetOrAdd(name);
            return WithNext(_tasks[name] = change(old) with { Revision = old.Revision + 1, UpdatedAt = time.GetUtcNow() });
        }
    }

    /// <summary>Registers a task, and records the registration.</summary>
    public RegistrationReply Schedule(TaskRegistration registration)
    {
        var reply = Register(registration);
        _scheduled.Add(registration);
        return reply;
    }

    public RegistrationReply Register(TaskRegistration registration)
    {
        lock (_gate)
        {
            var isThere = _tasks.TryGetValue(registration.Name, out var old) && old.State != TaskState.Cancelled && old.Revision > 0;
            if (isThere && registration.CreateOnly)
            {
                throw new TaskConflictException(registration.Name, $"The task '{registration.Name}' exists already. Leave CreateOnly "
                    + "out to replace it, or use another name.");
            }

            var task = Change(registration.Name, t => t with
            {
                State = TaskState.Active,
                Handler = registration.Handler ?? registration.Name,
                Schedule = registration.Schedule?.Resolve(time.GetUtcNow(), registration.Name, CalendarOf),
                Arguments = registration.Arguments,
                Headers = registration.Headers,
                Options = registration.Options ?? TaskOptions.Default,
            });
            return new RegistrationReply(task, !isThere);
        }
    }

    public BusinessCalendar? CalendarOf(string name)
    {
        lock (_gate)
        {
            return _calendars.GetValueOrDefault(name);
        }
    }

    /// <summary>Adds or replaces a calendar.</summary>
    /// <returns>Whether it is new.</returns>
    public bool PutCalendar(string name, BusinessCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        lock (_gate)
        {
            var isNew = !_calendars.ContainsKey(TaskNames.Check(name));
            _calendars[name] = calendar;
            return isNew;
        }
    }

    public bool RemoveCalendar(string name)
    {
        lock (_gate)
        {
            return _calendars.Remove(name);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _tasks.Clear();
        }
    }

    private TaskInfo GetOrAdd(string name) => _tasks.TryGetValue(name, out var task)
        ? task
        : _tasks[name] = new TaskInfo
        {
            Name = name,
            Handler = name,
            HandlerAvailable = true,
            CreatedAt = time.GetUtcNow(),
            UpdatedAt = time.GetUtcNow()
        };

    private TaskInfo WithNext(TaskInfo task) =>
        task with { NextDue = task.State == TaskState.Active ? task.Schedule?.NextAfter(time.GetUtcNow()) : null };
}
