using System.Text.Json;
using OrleansTasks.Policies;
using OrleansTasks.Records;
using OrleansTasks.Running;
using OrleansTasks.Schedules;
using OrleansTasks.Schedules.Timing;
using OrleansTasks.Text;
using OrleansTasks.Values;

namespace OrleansTasks.Partitions;

/// <summary>Decides how an entry changes when a client or a silo's code registers a task. Pure.</summary>
internal static class Registrations
{
    public static void Check(
        TaskRegistration registration, TaskEntry? old, long? expectedRevision, IClusterView cluster, TasksOptions options,
        PartitionState state)
    {
        var faults = registration.FaultsBesidesSchedule(options.Limits).ToList();
        var handler = registration.Handler ?? registration.Name;
        if (cluster.SilosWith(handler).Length == 0 && old?.Handler != handler)
        {
            var known = cluster.Handlers.Order(StringComparer.Ordinal).Take(20).ToList();
            faults.Add($"No silo has the handler '{handler}'. Known handlers: {(known.Count == 0 ? "none" : string.Join(", ", known))}.");
        }

        if (registration.Arguments?.Size > options.Limits.MaxArgumentsSize)
        {
            throw new PayloadTooLargeException(registration.Name, "The arguments", registration.Arguments.Size,
                options.Limits.MaxArgumentsSize);
        }

        faults.AddRange(HeaderLimits.Faults(registration.Name, TaskHeaders.Of(registration.Headers), options.Limits));
        faults.AddRange(ContinuationLimits.Faults(registration.Name, registration.Options?.Then, options.Limits));
        if (faults.Count > 0)
        {
            throw new InvalidTaskException(registration.Name, faults);
        }

        if (expectedRevision is { } revision && old?.Revision != revision)
        {
            throw new TaskConflictException(registration.Name, $"The task '{registration.Name}' has revision {old?.Revision ?? 0}, not "
                + $"{revision}. Read it again, and repeat the change.");
        }

        if (registration.CreateOnly && old is { State: not TaskState.Cancelled })
        {
            throw new TaskConflictException(registration.Name, $"The task '{registration.Name}' exists already. Leave CreateOnly out to "
                + "replace it, or use another name.");
        }

        if (old is null && state.TaskCount >= options.Limits.MaxTasksPerPartition)
        {
            throw new TasksOverloadedException(registration.Name, $"The partition holds {state.TaskCount} tasks, which is its limit. "
                + "Remove tasks, or raise TasksOptions.Limits.MaxTasksPerPartition.", TimeSpan.FromMinutes(1));
        }
    }

    /// <summary>
    /// Returns what is wrong with a schedule here and now: it is not valid, a calendar does not exist, or it has no further occurrence. May
    /// take long.
    /// </summary>
    /// <exception cref="ScheduleTooExpensiveException">The check takes too many steps.</exception>
    public static IReadOnlyList<string> ScheduleFaults(TaskRegistration registration, CalendarSet calendars, DateTimeOffset now)
    {
        if (registration.Schedule is not { } schedule)
        {
            return [];
        }

        if (schedule.Fault() is { } fault)
        {
            return [fault];
        }

        var missing = MissingCalendars(schedule, calendars);
        if (missing.Count > 0)
        {
            return missing;
        }

        var resolved = schedule.Resolve(now, registration.Name, calendars.Get);
        return resolved.NextAfter(resolved is AtSchedule ? DateTimeOffset.MinValue : now) is null ? ["The schedule "
            + $"({ShownText.Of(schedule.Describe(), 300)}) has no occurrence after {now:O}. Use one that occurs later."] : [];
    }

    /// <summary>Returns the same if it takes few steps.</summary>
    /// <returns>What is wrong; null if it is unknown because the check takes more steps.</returns>
    public static IReadOnlyList<string>? TryScheduleFaults(TaskRegistration registration, CalendarSet calendars, DateTimeOffset now)
    {
        try
        {
            return new SearchBudget(ScheduleSearches.StepsOnTurn).Run(() => ScheduleFaults(registration, calendars, now));
        }
        catch (ScheduleTooExpensiveException)
        {
            return null;
        }
    }

    public static IReadOnlyList<string> MissingCalendars(TaskSchedule schedule, CalendarSet calendars) =>
        [.. schedule.CalendarNames.Where(n => calendars.Find(n) is null).Take(20).Select(n => TaskSchedule.CalendarFault(n))];

    public static TaskEntry Apply(TaskRegistration registration, TaskEntry? old, DateTimeOffset now)
    {
        // The schedule continues on its grid, unless the schedule itself has changed or starts again.
        var steps = ScheduleSearches.StepsOnTurn;
        var goesOn = old is { State: not TaskState.Cancelled } && !old.At(now).IsOver(ref steps)
            && Equals(old.Schedule, registration.Schedule);
        return new TaskEntry
        {
            Name = registration.Name,
            Handler = registration.Handler ?? registration.Name,
            State = goesOn ? old!.State : TaskState.Active,
            PauseNote = goesOn ? old!.PauseNote : null,
            PausedUntil = goesOn ? old!.PausedUntil : null,
            PausedBy = goesOn ? old!.PausedBy : null,
            PausedAt = goesOn ? old!.PausedAt : null,
            PauseCatchesUp = goesOn && old!.PauseCatchesUp,
            CatchUpFrom = goesOn ? old!.CatchUpFrom : null,
            Schedule = registration.Schedule,
            Anchor = goesOn ? old!.Anchor : now,
            OnceDone = goesOn && old!.OnceDone,
            Arguments = registration.Arguments,
            Headers = TaskHeaders.Of(registration.Headers),
            Options = registration.Options,
            Definition = old?.Definition,
            Changes = old?.At(now).Changes,
            CreatedAt = old?.CreatedAt ?? now,
            UpdatedAt = now,
            Revision = (old?.Revision ?? 0) + 1,
        };
    }

    /// <summary>
    /// Returns whether a registration says what the task is already, in whatever notation. It then changes nothing and creates no revision.
    /// A registration that revives a task, or restarts a schedule that is over, is not the same.
    /// </summary>
    /// <param name="registration">The registration.</param>
    /// <param name="old">The present task; null if there is none.</param>
    /// <param name="now">The current time.</param>
    /// <param name="shape">Returns the parameters of the handler, to which arguments are bound; null if they are not known.</param>
    public static bool IsSame(TaskRegistration registration, TaskEntry? old, DateTimeOffset now, Func<HandlerInfo?>? shape = null) =>
        old is { State: not TaskState.Cancelled } && !old.At(now).IsOver() && !registration.CreateOnly
        && (registration.Handler ?? registration.Name) == old.Handler
        && Same(registration.Schedule, old.Schedule)
        && Equals(registration.Headers, old.Headers)
        && Same(registration.Options ?? TaskOptions.Default, old.EffectiveOptions)
        && (Same(registration.Arguments, old.Arguments) || AreBoundAlike(registration.Arguments, old.Arguments, shape?.Invoke()));

    private static bool AreBoundAlike(TaskArguments? one, TaskArguments? other, HandlerInfo? handler) =>
        handler is not null && BoundArguments.Of(one, null, handler).SequenceEqual(BoundArguments.Of(other, null, handler));

    private static bool Same<T>(T? one, T? other)
        where T : class => Equals(one, other)
            || (one is not null && other is not null
                && CanonicalJson.Of(JsonSerializer.SerializeToElement(one, StoredJson.Options))
                    == CanonicalJson.Of(JsonSerializer.SerializeToElement(other, StoredJson.Options)));

    /// <summary>Describes the differences between an entry and its predecessor, for people.</summary>
    public static string? Differences(TaskEntry old, TaskEntry now)
    {
        var parts = new List<string>();
        if (old.Handler != now.Handler)
        {
            parts.Add($"handler {old.Handler} → {now.Handler}");
        }

        if (!Equals(old.Schedule, now.Schedule))
        {
            parts.Add($"schedule {old.Schedule?.Describe() ?? "none"} → {now.Schedule?.Describe() ?? "none"}");
        }

        if (!Equals(old.Arguments, now.Arguments))
        {
            parts.Add("arguments");
        }

        if (!Equals(old.Headers, now.Headers))
        {
            parts.Add("headers");
        }

        if (!Equals(old.EffectiveOptions, now.EffectiveOptions))
        {
            parts.Add("options");
        }

        var text = string.Join("; ", parts);
        return text.Length == 0 ? null : ShownText.Of(text, 1000);
    }

    /// <summary>
    /// Returns the entry of a definition; null if the registry has this very definition already, changed at run time or not. If
    /// configuration defines the task, the code's definition is only recorded.
    /// </summary>
    public static TaskEntry? Define(TaskDefinition definition, TaskEntry? old, DateTimeOffset now)
    {
        var fingerprint = definition.Fingerprint();
        if (old is { DefinedBy.Configuration: not null })
        {
            return Configurations.NoteCode(fingerprint, old);
        }

        if (old?.Definition == fingerprint)
        {
            return null;
        }

        // A task that somebody has cancelled since configuration released it stays cancelled.
        return old is { State: TaskState.Cancelled } && Configurations.AwaitsCode(old)
            ? old with { Definition = fingerprint }
            : ApplyDefinition(definition, old, now) with { Definition = fingerprint };
    }

    /// <summary>Returns the entry of a definition, whatever was there before.</summary>
    public static TaskEntry ApplyDefinition(TaskDefinition definition, TaskEntry? old, DateTimeOffset now)
    {
        var registration = new TaskRegistration
        {
            Name = definition.Name,
            Handler = definition.Handler,
            Schedule = definition.Schedule,
            Arguments = definition.Arguments,
            Headers = definition.Headers,
            Options = definition.Options,
        };
        return Apply(registration, old, now) with { EachClusterStart = definition.EachClusterStart };
    }
}
