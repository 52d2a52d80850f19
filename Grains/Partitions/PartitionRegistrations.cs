using OrleansTasks.Grains;
using OrleansTasks.Handlers;
using OrleansTasks.Records;
using OrleansTasks.Runs;
using OrleansTasks.Schedules;
using OrleansTasks.Telemetry;
using OrleansTasks.Values;
using static OrleansTasks.Partitions.PartitionMessages;

namespace OrleansTasks.Partitions;

/// <summary>Manages the registry: which tasks exist, their states, and whether they fire.</summary>
/// <param name="context">The context that all parts of the partition share.</param>
/// <param name="ownership">Knows the owners of tasks.</param>
internal sealed class PartitionRegistrations(PartitionContext context, TaskOwnership ownership) : PartitionPart(context)
{
    public async Task<RegistrationReply> RegisterAsync(TaskRegistration? registration, long? expectedRevision, Guid request,
        CancellationToken ct)
    {
        if (registration is null)
        {
            throw new InvalidTaskException(null, ["The registration is missing. Give a TaskRegistration."]);
        }

        TaskNames.Check(registration.Name);
        if (PartitionMap.PartitionOf(registration.Name, Silo.Options.Partitions) is var partition && partition != Number)
        {
            throw new InvalidTaskException(registration.Name, [$"The task belongs to partition {partition}, but was sent to partition "
                + $"{Number}. Send it to its own."]);
        }

        if (State.Requests.Find(request) is { } answer)
        {
            return await RegisteredAsync(registration, answer);
        }

        await CheckScheduleAsync(registration, ct);
        var old = State.Slots.GetValueOrDefault(registration.Name)?.Entry;
        if (State.Requests.Find(request) is { } wasNew)
        {
            return await RegisteredAsync(registration, wasNew);
        }

        Registrations.Check(registration, old, expectedRevision, Silo.Cluster, Silo.Options, State);
        if (Registrations.IsSame(registration, old, Now, () => ShapeOf(old!.Handler)))
        {
            await CommitAsync();
            return new RegistrationReply(Info(old!), false);
        }

        Keeper.EnsureRoom(1, (registration.Arguments?.Size ?? 0) + (TaskHeaders.Of(registration.Headers)?.Size ?? 0));
        var entry = Registrations.Apply(registration, old, Now) with
        {
            Generation = State.GenerationOf(registration.Name),
            Trace = TraceCarrier.Current?.AsOrigin()
        };
        var isNew = old is null or { State: TaskState.Cancelled };
        State.Requests.Add(request, isNew, Now);
        if (old is not null)
        {
            entry =
                entry.With(
                    new TaskChange
                    {
                        At = Now,
                        Kind = isNew ? TaskEventKind.TaskRegistered : TaskEventKind.TaskChanged,
                        By = TaskActor.Current,
                        Note = Registrations.Differences(old, entry)
                    });
        }

        Put(entry, Now);
        await CommitAsync();
        await Wakes.WakeAndWaitAsync([entry.Name]);
        Teller.TellChanged(entry, isNew ? TaskEventKind.TaskRegistered : TaskEventKind.TaskChanged);
        return new RegistrationReply(Info(entry), isNew);
    }

    public async Task DefineAsync(IReadOnlyList<TaskDefinition> definitions)
    {
        foreach (var definition in definitions)
        {
            var old = State.Slots.GetValueOrDefault(definition.Name)?.Entry;
            if (Registrations.Define(definition, old, Now) is not { } entry)
            {
                continue;
            }

            if (entry.Revision == old?.Revision)
            {
                // Only the definer changes.
                State.SetTask(entry);
            }
            else
            {
                var defined = entry with { Generation = State.GenerationOf(entry.Name) };
                Put(old is null
                    ? defined
                    : defined.With(
                        new TaskChange
                        {
                            At = Now,
                            Kind = TaskEventKind.TaskChanged,
                            By = "code",
                            Note = Registrations.Differences(old, defined)
                        }), Now);
            }
        }

        await CommitAsync();
        Wakes.WakeChanged(definitions.Select(d => d.Name));
    }

    /// <summary>Changes the state of a task on behalf of its owner.</summary>
    public async Task<TaskEntry> SetStateAsync(string task, long epoch, TaskState state, string? note, DateTimeOffset? until, string? by,
        bool catchUp, Guid request)
    {
        var slot = ownership.SlotOf(task, epoch);
        var entry = slot.Entry ?? throw new TaskNotFoundException(task);
        if (State.Requests.Find(request) is not null)
        {
            // The request was fulfilled before, and the answer was lost. Later changes by others stay.
            await CommitAsync();
            return slot.Entry ?? entry;
        }

        if (entry.State == TaskState.Cancelled)
        {
            // Calls may overtake each other. Only a registration revives a task.
            await CommitAsync();
            return state == TaskState.Cancelled ? entry : throw new TaskCancelledException(task);
        }

        if (state == TaskState.Active && entry.State != TaskState.Paused)
        {
            // The same request may arrive again after a later pause, and must not end that.
            State.Requests.Add(request, true, Now);
            await CommitAsync();
            return entry;
        }

        by ??= TaskActor.Current;
        var pausedAt = entry.At(Now).State == TaskState.Paused ? entry.PausedAt : Now;
        entry = entry.To(state, Now) with
        {
            Revision = entry.Revision + 1,
            Changes = state == TaskState.Active ? entry.Changes : entry.At(Now).Changes
        };
        if (state == TaskState.Paused)
        {
            entry = entry with { PauseNote = note, PausedUntil = until, PausedBy = by, PausedAt = pausedAt, PauseCatchesUp = catchUp };
        }

        if (state == TaskState.Cancelled)
        {
            entry = entry with { Generation = State.NewGeneration() };
        }

        var kind = state switch
        {
            TaskState.Paused => TaskEventKind.TaskPaused,
            TaskState.Cancelled => TaskEventKind.TaskCancelled,
            _ => TaskEventKind.TaskResumed
        };
        entry = entry.With(new TaskChange { At = Now, Kind = kind, By = by, Note = note });
        Put(entry, entry.UpdatedAt);
        State.Requests.Add(request, true, Now);
        await CommitAsync();
        Teller.TellChanged(entry, kind);
        return entry;
    }

    /// <summary>Records that the occurrences of a pause have been made up for.</summary>
    public Task CaughtUpAsync(string task, long epoch, DateTimeOffset from)
    {
        if (ownership.SlotOf(task, epoch).Entry is { } entry && entry.CatchUpFrom == from)
        {
            State.SetTask(entry with { CatchUpFrom = null });
        }

        return CommitAsync();
    }

    /// <summary>Starts or stops all tasks.</summary>
    public async Task SetStartedAsync(bool started, Guid request)
    {
        if (State.Requests.Find(request) is not null)
        {
            await CommitAsync();
            return;
        }

        State.Requests.Add(request, true, Now);
        if (IsStarted == started)
        {
            await CommitAsync();
        }
        else
        {
            State.SetHeader(
                State.Header! with
                {
                    Started = started,
                    StartedAt = started ? Now : State.Header.StartedAt,
                    StoppedAt = started ? State.Header.StoppedAt : Now
                });
            await CommitAsync();
            LogStarted(Silo.Log, Number, started ? "started" : "stopped");
        }

        Waker.ScheduleAll();
        await Wakes.WakeAndWaitAsync([.. ownership.Owned]);
    }

    /// <summary>Removes all tasks.</summary>
    public async Task ClearAsync(Guid request)
    {
        if (State.Requests.Find(request) is not null)
        {
            // Tasks that were registered since then stay.
            await CommitAsync();
            return;
        }

        var affected = ownership.Owned.ToList();
        State.Clear(request, Now);
        foreach (var batch in State.Batches.All)
        {
            State.Batches.Set(batch, PartitionBatches.Cleared);
        }

        await CommitAsync();
        await Wakes.WakeAndWaitAsync(affected);
    }

    /// <summary>Turns the one occurrence of a schedule that has just one into a stored run.</summary>
    public async Task FireOnceAsync(string task, TaskSlot slot, DateTimeOffset due)
    {
        var entry = slot.Entry!;
        Put(entry with { OnceDone = true, State = TaskState.Completed }, Now);
        State.Runs.Set(RunForms.ToStored(RunFactory.OnlyOccurrence(entry, RunId.New(task, Silo.Time), due), due));
        await CommitAsync();
    }

    /// <summary>Rejects a schedule that is not valid here. If the check takes long, other calls proceed meanwhile.</summary>
    private async Task CheckScheduleAsync(TaskRegistration registration, CancellationToken ct)
    {
        IReadOnlyList<string> faults;
        CalendarSet calendars;
        do
        {
            if (Equals(registration.Schedule, State.Slots.GetValueOrDefault(registration.Name)?.Entry?.Schedule))
            {
                // It was checked when it was registered.
                return;
            }

            calendars = State.Calendars;
            var now = Now;
            faults = Registrations.TryScheduleFaults(registration, calendars, now)
                ?? await Silo.Searches.AskAsync(registration.Name, () => Registrations.ScheduleFaults(registration, calendars, now), ct);
        }
        while (!ReferenceEquals(calendars, State.Calendars));

        if (faults.Count > 0)
        {
            throw new InvalidTaskException(registration.Name, [.. faults, .. registration.FaultsBesidesSchedule(Silo.Options.Limits)]);
        }
    }

    /// <summary>Returns the answer to a registration that was fulfilled before.</summary>
    private async Task<RegistrationReply> RegisteredAsync(TaskRegistration registration, bool wasNew)
    {
        await CommitAsync();
        return new RegistrationReply(
            Info(State.Slots.GetValueOrDefault(registration.Name)?.Entry ?? Registrations.Apply(registration, null, Now)), wasNew);
    }

    private TaskInfo Info(TaskEntry entry)
    {
        var steps = ScheduleSearches.StepsOnTurn;
        return entry.At(Now)
            .ToInfo(Silo.Cluster.SilosWith(entry.Handler).Length > 0, IsStarted, State.Slot(entry.Name).Position.Done, ref steps);
    }

    /// <summary>Returns the parameters of a handler as a silo announces them; null if none does.</summary>
    private HandlerInfo? ShapeOf(string handler) =>
        Silo.Manifests?.Current.Silos.Values.SelectMany(HandlerAnnouncement.ReadParameters).FirstOrDefault(h => h.Name == handler);
}
