using OrleansTasks.Records;
using OrleansTasks.Schedules;

namespace OrleansTasks.Calls;

/// <summary>What the engine itself asks of a partition; the scheduler grain has it besides <see cref="ISchedulerGrain"/>.</summary>
[Alias("OrleansTasks.IPartition")]
internal interface IPartition : IGrainWithIntegerKey
{
    /// <summary>Has the partition active.</summary>
    [Alias("Ensure")]
    Task<PartitionIdentity> EnsureAsync();

    /// <summary>The business calendars as this partition knows them.</summary>
    [Alias("GetCalendarSet")]
    Task<CalendarSet> GetCalendarSetAsync();

    /// <summary>Takes the business calendars over from partition 0, unless it has newer ones.</summary>
    [Alias("TakeCalendars")]
    Task TakeCalendarsAsync(CalendarSet calendars);

    /// <summary>Some of the tasks that observe a business calendar.</summary>
    [Alias("UsersOfCalendar")]
    Task<IReadOnlyList<string>> UsersOfCalendarAsync(string calendar);

    /// <summary>Brings what a silo's code defines into the registry; the same definition again changes nothing.</summary>
    [Alias("Define")]
    Task DefineAsync(IReadOnlyList<TaskDefinition> definitions);

    /// <summary>Asks partition 0 whether what a silo's configuration says is to be in force, and has it take over the calendars if so.</summary>
    [Alias("BeginConfiguration")]
    Task<ConfigurationTurn> BeginConfigurationAsync(ConfigurationOffer offer);

    /// <summary>Says to partition 0 that a configuration was applied as a whole.</summary>
    /// <param name="number">Its place in the order of configurations.</param>
    /// <param name="groups">The groups whose limits it has set, with the fingerprints of these.</param>
    /// <param name="calendars">The calendars that it sets; others that configuration has set before are removed.</param>
    /// <returns>Calendars that could not be removed, because tasks observe them.</returns>
    [Alias("EndConfiguration")]
    Task<IReadOnlyList<string>> EndConfigurationAsync(long number, IReadOnlyDictionary<string, string> groups, IReadOnlyList<string> calendars);

    /// <summary>Asks partition 0 whether a configuration is in force still.</summary>
    [Alias("IsConfigurationInForce")]
    Task<bool> IsConfigurationInForceAsync(long number);

    /// <summary>Has a partition take over what a configuration says of its tasks. One that is earlier than what it has changes nothing.</summary>
    [Alias("Configure")]
    Task<ConfigurationReply> ConfigureAsync(PartitionConfiguration configuration);

    /// <summary>Says that a task grain is active, and asks what it has to know.</summary>
    [Alias("Attach")]
    Task<Briefing> AttachAsync(string task, Attachment attachment);

    /// <summary>Says that a task grain deactivates, and what it leaves.</summary>
    [Alias("Detach")]
    Task DetachAsync(string task, Departure departure);

    /// <summary>Takes a part of the runs that a task grain leaves, before it says that it has left.</summary>
    [Alias("LeaveRuns")]
    Task LeaveRunsAsync(string task, Guid activation, IReadOnlyList<StoredRun> runs, long term = 0);

    /// <summary>Changes a task's state; the rest is about a pause. Stored when it returns.</summary>
    [Alias("SetState")]
    Task<TaskEntry> SetStateAsync(string task, long epoch, TaskState state, string? note, DateTimeOffset? until = null, string? by = null, bool catchUp = false, Guid request = default);

    /// <summary>Notes that what was due in a pause has been made up for.</summary>
    [Alias("CaughtUp")]
    Task CaughtUpAsync(string task, long epoch, DateTimeOffset from);

    /// <summary>Stores a run. With an idempotency key that is known it stores nothing and gives the id of the earlier run.</summary>
    [Alias("AddRun")]
    Task<StoredRun> AddRunAsync(long epoch, StoredRun run);

    /// <summary>The answer that a request got; null if it is not known here. False for a run that is stored, or was.</summary>
    [Alias("FindRequest")]
    Task<bool?> FindRequestAsync(Guid request);

    /// <summary>Remembers a request that a task grain has acted upon, and its answer.</summary>
    [Alias("Remember")]
    Task RememberAsync(Guid request, bool answer);

    /// <summary>
    /// Calls runs off, whatever their tasks are. One that is stored, and has not ended, does not start from now on: its task is to end it. One that is not is kept from being
    /// stored later, by a request that is still on its way.
    /// </summary>
    /// <returns>Those that are stored; they may have ended.</returns>
    [Alias("CallOffRuns")]
    Task<IReadOnlyList<RunId>> CallOffRunsAsync(IReadOnlyList<Guid> runs);

    /// <summary>Notes what the last attempt of a run came to that is to have another one. One that was not stored is from now on.</summary>
    [Alias("ParkRun")]
    Task ParkRunAsync(long epoch, StoredRun run);

    /// <summary>Notes, before it happens, that an attempt of a run that may not be repeated starts.</summary>
    /// <returns>Whether it may: not if another activation has noted an attempt, or the run has ended.</returns>
    [Alias("MarkStarted")]
    Task<bool> MarkStartedAsync(RunId run, long epoch, int attempt);

    /// <summary>Stores what runs came to.</summary>
    [Alias("Finish")]
    Task FinishAsync(string task, long epoch, IReadOnlyList<TaskResult> results);

    /// <summary>A stored run; null if there is none of that id.</summary>
    [Alias("FindRun")]
    Task<StoredRun?> FindRunAsync(RunId run);

    /// <summary>Hands stored runs that have not ended to the task grain, due or not.</summary>
    /// <param name="task">The task.</param>
    /// <param name="epoch">The epoch of who asks.</param>
    /// <param name="only">The run; null: some of those that were called off and not handed over; <see cref="Guid.Empty"/>: none, and takes none of those for handed over any more.</param>
    [Alias("TakeRuns")]
    Task<IReadOnlyList<StoredRun>> TakeRunsAsync(string task, long epoch, Guid? only);

    /// <summary>Stored runs of a task that have not ended, the next due first.</summary>
    [Alias("RunsOf")]
    Task<IReadOnlyList<StoredRun>> RunsOfAsync(string task, int limit);

    /// <summary>Forgets runs whose results are in the history.</summary>
    [Alias("Release")]
    Task ReleaseAsync(string task, long epoch, IReadOnlyList<Guid> runs, StoredMarks marks = default);

    /// <summary>Notes, before it happens, that runs of occurrences of some tasks start.</summary>
    /// <returns>A reply to each, in the same order.</returns>
    [Alias("ClaimAll")]
    Task<ClaimReply[]> ClaimAsync(OccurrenceClaim[] claims);

    /// <summary>Notes that what came of the occurrences up to an instant is stored.</summary>
    [Alias("Settle")]
    Task SettleAsync(string task, long epoch, DateTimeOffset through, StoredMarks marks = default);

    /// <summary>Notes that a batch is to be looked after until it has ended, and for a while after.</summary>
    [Alias("AddBatch")]
    Task AddBatchAsync(Guid batch);

    /// <summary>Notes that the record of a batch is stored.</summary>
    [Alias("MadeBatch")]
    Task MadeBatchAsync(Guid batch);

    /// <summary>Whether the record of a batch is to be there: it was stored, and its time is not over.</summary>
    [Alias("ExpectsBatch")]
    Task<bool> ExpectsBatchAsync(Guid batch);

    /// <summary>Makes sure that there is room for the limits of a group before they are stored for the first time.</summary>
    [Alias("AdmitGroup")]
    Task AdmitGroupAsync(string group);

    /// <summary>Notes whether the limits of a group are stored, in records of their own.</summary>
    /// <returns>Whether they were known to be stored before.</returns>
    [Alias("NoteGroup")]
    Task<bool> NoteGroupAsync(string group, bool isStored);

    /// <summary>Sets apart the sequence numbers up to one for the task grain to use.</summary>
    [Alias("Reserve")]
    Task ReserveAsync(string task, long epoch, long through, StoredMarks marks = default);
}
