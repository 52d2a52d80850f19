using OrleansTasks.Records;
using OrleansTasks.Schedules;

namespace OrleansTasks.Calls;

/// <summary>
/// Defines the engine's own calls to a partition. The scheduler grain implements it in addition to <see cref="ISchedulerGrain"/>.
/// </summary>
[Alias("OrleansTasks.IPartition")]
internal interface IPartition : IGrainWithIntegerKey
{
    /// <summary>Activates the partition.</summary>
    [Alias("Ensure")]
    Task<PartitionIdentity> EnsureAsync();

    /// <summary>Returns the business calendars as this partition knows them.</summary>
    [Alias("GetCalendarSet")]
    Task<CalendarSet> GetCalendarSetAsync();

    /// <summary>Copies the business calendars of partition 0, unless the partition has newer ones.</summary>
    [Alias("TakeCalendars")]
    Task TakeCalendarsAsync(CalendarSet calendars);

    /// <summary>Returns some of the tasks that observe a business calendar.</summary>
    [Alias("UsersOfCalendar")]
    Task<IReadOnlyList<string>> UsersOfCalendarAsync(string calendar);

    /// <summary>Adds the definitions of a silo's code to the registry. The same definition again changes nothing.</summary>
    [Alias("Define")]
    Task DefineAsync(IReadOnlyList<TaskDefinition> definitions);

    /// <summary>Asks partition 0 whether a silo's configuration takes effect, and if so, makes it apply the calendars.</summary>
    [Alias("BeginConfiguration")]
    Task<ConfigurationTurn> BeginConfigurationAsync(ConfigurationOffer offer);

    /// <summary>Tells partition 0 that a configuration was applied completely.</summary>
    /// <param name="number">Its place in the order of configurations.</param>
    /// <param name="groups">The groups whose limits it has set, with the fingerprints of the limits.</param>
    /// <param name="calendars">The calendars that it sets. Others that configuration has set before are removed.</param>
    /// <returns>Calendars that could not be removed, because tasks observe them.</returns>
    [Alias("EndConfiguration")]
    Task<IReadOnlyList<string>> EndConfigurationAsync(long number, IReadOnlyDictionary<string, string> groups,
        IReadOnlyList<string> calendars);

    /// <summary>Asks partition 0 whether a configuration is still in force.</summary>
    [Alias("IsConfigurationInForce")]
    Task<bool> IsConfigurationInForceAsync(long number);

    /// <summary>
    /// Applies what a configuration says about the partition's tasks. A configuration that is earlier than the partition's own changes
    /// nothing.
    /// </summary>
    [Alias("Configure")]
    Task<ConfigurationReply> ConfigureAsync(PartitionConfiguration configuration);

    /// <summary>Tells the partition that a task grain is active, and returns what the grain needs to know.</summary>
    [Alias("Attach")]
    Task<Briefing> AttachAsync(string task, Attachment attachment);

    /// <summary>Tells the partition that a task grain deactivates, and what it leaves.</summary>
    [Alias("Detach")]
    Task DetachAsync(string task, Departure departure);

    /// <summary>Accepts a part of the runs that a task grain leaves, before the grain says that it has left.</summary>
    [Alias("LeaveRuns")]
    Task LeaveRunsAsync(string task, Guid activation, IReadOnlyList<StoredRun> runs, long term = 0);

    /// <summary>Changes a task's state. The other parameters are about a pause. It is stored when the call returns.</summary>
    [Alias("SetState")]
    Task<TaskEntry> SetStateAsync(string task, long epoch, TaskState state, string? note, DateTimeOffset? until = null, string? by = null,
        bool catchUp = false, Guid request = default);

    /// <summary>Records that the occurrences of a pause have been caught up.</summary>
    [Alias("CaughtUp")]
    Task CaughtUpAsync(string task, long epoch, DateTimeOffset from);

    /// <summary>Stores a run. With an idempotency key that is known, it stores nothing and returns the id of the earlier run.</summary>
    [Alias("AddRun")]
    Task<StoredRun> AddRunAsync(long epoch, StoredRun run);

    /// <summary>Returns the answer that a request got, or null if it is not known here. False for a run that is or was stored.</summary>
    [Alias("FindRequest")]
    Task<bool?> FindRequestAsync(Guid request);

    /// <summary>Remembers a request that a task grain has carried out, and its answer.</summary>
    [Alias("Remember")]
    Task RememberAsync(Guid request, bool answer);

    /// <summary>
    /// Cancels runs of any tasks. A stored run that has not ended does not start from now on, and its task has to end it. A run that is not
    /// stored is not stored later either, by a request that is still in transit.
    /// </summary>
    /// <returns>The runs that are stored. They may have ended.</returns>
    [Alias("CallOffRuns")]
    Task<IReadOnlyList<RunId>> CallOffRunsAsync(IReadOnlyList<Guid> runs);

    /// <summary>
    /// Stores the outcome of the last attempt of a run that has another attempt. If the run was not stored, it is from now on.
    /// </summary>
    [Alias("ParkRun")]
    Task ParkRunAsync(long epoch, StoredRun run);

    /// <summary>Records, before it happens, that an attempt of a run that must not be repeated starts.</summary>
    /// <returns>Whether it may start: not if another activation has recorded an attempt, or if the run has ended.</returns>
    [Alias("MarkStarted")]
    Task<bool> MarkStartedAsync(RunId run, long epoch, int attempt);

    /// <summary>Stores what the handler of a run has saved.</summary>
    /// <param name="run">The run.</param>
    /// <param name="epoch">The epoch of the caller.</param>
    /// <param name="checkpoint">What was saved, by the attempt that is in progress.</param>
    /// <param name="whole">The run, to store it if the partition does not have it; null if it should have it.</param>
    [Alias("SaveCheckpoint")]
    Task<CheckpointReply> SaveCheckpointAsync(RunId run, long epoch, RunCheckpoint checkpoint, StoredRun? whole);

    /// <summary>Stores the results of runs.</summary>
    [Alias("Finish")]
    Task FinishAsync(string task, long epoch, IReadOnlyList<TaskResult> results);

    /// <summary>Returns a stored run, or null if there is none with that id.</summary>
    [Alias("FindRun")]
    Task<StoredRun?> FindRunAsync(RunId run);

    /// <summary>Gives stored runs that have not ended to the task grain, due or not.</summary>
    /// <param name="task">The task.</param>
    /// <param name="epoch">The epoch of the caller.</param>
    /// <param name="only">
    /// The run. Null: some of the cancelled runs that the grain was not given yet. <see cref="Guid.Empty"/>: none, and all cancelled runs
    /// count as not given again.
    /// </param>
    [Alias("TakeRuns")]
    Task<IReadOnlyList<StoredRun>> TakeRunsAsync(string task, long epoch, Guid? only);

    /// <summary>Returns which runs of the partition are retried by stored runs.</summary>
    /// <param name="runs">The ids of the possibly retried runs.</param>
    /// <returns>By the retried run, the run that was accepted last as its retry.</returns>
    [Alias("RetriesOf")]
    Task<IReadOnlyDictionary<Guid, Guid>> RetriesOfAsync(IReadOnlyList<Guid> runs);

    /// <summary>Returns stored runs of a task that have not ended, the next due first.</summary>
    [Alias("RunsOf")]
    Task<IReadOnlyList<StoredRun>> RunsOfAsync(string task, int limit);

    /// <summary>Forgets runs whose results are in the history.</summary>
    [Alias("Release")]
    Task ReleaseAsync(string task, long epoch, IReadOnlyList<Guid> runs, StoredMarks marks = default);

    /// <summary>Records, before it happens, that runs of occurrences of some tasks start.</summary>
    /// <returns>One reply for each claim, in the same order.</returns>
    [Alias("ClaimAll")]
    Task<ClaimReply[]> ClaimAsync(OccurrenceClaim[] claims);

    /// <summary>Records that the results of the occurrences up to an instant are stored.</summary>
    [Alias("Settle")]
    Task SettleAsync(string task, long epoch, DateTimeOffset through, StoredMarks marks = default);

    /// <summary>Records that a batch needs attention until it has ended, and for a while afterwards.</summary>
    [Alias("AddBatch")]
    Task AddBatchAsync(Guid batch);

    /// <summary>Records that a batch is stored.</summary>
    [Alias("MadeBatch")]
    Task MadeBatchAsync(Guid batch);

    /// <summary>Decides whether the record of a batch must exist: it was stored, and has not expired.</summary>
    [Alias("ExpectsBatch")]
    Task<bool> ExpectsBatchAsync(Guid batch);

    /// <summary>Ensures that there is room for the limits of a group before they are stored for the first time.</summary>
    [Alias("AdmitGroup")]
    Task AdmitGroupAsync(string group);

    /// <summary>Records whether the limits of a group are stored, in records of their own.</summary>
    /// <returns>Whether they were known to be stored before.</returns>
    [Alias("NoteGroup")]
    Task<bool> NoteGroupAsync(string group, bool isStored);

    /// <summary>Reserves the sequence numbers up to the given one for the task grain.</summary>
    [Alias("Reserve")]
    Task ReserveAsync(string task, long epoch, long through, StoredMarks marks = default);
}
