using Orleans.Concurrency;
using OrleansTasks.Calls;
using OrleansTasks.Grains;
using OrleansTasks.Records;
using OrleansTasks.Running;
using OrleansTasks.Schedules;
using OrleansTasks.Storage;

namespace OrleansTasks.Partitions;

/// <summary>
/// Represents one partition of the registry as an Orleans grain. It keeps the partition in memory and in its log, and wakes task grains
/// shortly before something is due. <see cref="PartitionCore"/> has the logic. An activation that has much to read is available at once,
/// and makes its callers wait.
/// </summary>
/// <param name="silo">The services that all partitions on this silo share.</param>
/// <param name="locals">The engine's grains on this silo.</param>
/// <param name="context">The activation.</param>
[GrainType(EngineGrains.Partition), Reentrant, CollectionAgeLimit(AlwaysActive = true)]
internal sealed class SchedulerGrain(PartitionServices silo, LocalGrains locals, IGrainContext context)
    : Grain(context), ISchedulerGrain, IPartition, IPartitionPages, ILocalPartition, IIncomingGrainCallFilter
{
    private PartitionCore? _core;
    private Task _opening = Task.CompletedTask;

    /// <summary>Gets whether others have the partition, or are about to take it.</summary>
    public bool IsLost => _core is not { Keeper.IsLost: false };

    public int PendingRuns => _core?.State.Runs.Pending ?? 0;

    public int JournalLength => _core?.Keeper.JournalLength ?? 0;

    private PartitionCore Core => _core!;

    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        var key = this.GetPrimaryKeyLong();
        if (key < 0 || key >= silo.Options.Partitions)
        {
            throw new InvalidTaskException(null,
                [$"There is no partition {key}; they are numbered from 0 to {silo.Options.Partitions - 1}."]);
        }

        _core = new PartitionCore(silo, (int)key, StartTimer, TaskScheduler.Current, DeactivateOnIdle)
        {
            OnStorageLoss = locals.StorageWentBack
        };

        // Not awaited: Orleans gives an activation 30 seconds, and a million tasks may take longer.
        _opening = _core.OpenAsync(() => locals.Add(GrainContext));
        return Task.CompletedTask;
    }

    public override async Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        var closes = _core is { Keeper.IsOpen: true };
        if (closes)
        {
            locals.Closing(GrainContext.GrainId);
        }

        _core?.Keeper.Leave();
        locals.Remove(GrainContext);
        try
        {
            await _opening.WaitAsync(cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            await (_core?.CloseAsync() ?? Task.CompletedTask).WaitAsync(cancellationToken);
        }
        finally
        {
            if (closes)
            {
                locals.Closed(GrainContext.GrainId);
            }
        }
    }

    /// <summary>Makes every call wait until the partition is read.</summary>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        return _opening.IsCompletedSuccessfully ? InvokeNow() : InvokeLaterAsync();

        Task InvokeNow()
        {
            var call = context.Invoke();
            return call.IsCompleted ? call : Core.Keeper.UnlessStorageFailsAsync(call);
        }

        async Task InvokeLaterAsync()
        {
            try
            {
                await Core.Keeper.UnlessStorageFailsAsync(_opening);
            }
            catch (Exception e) when (e is PartitionFencedException or PartitionStorageException or StrandedSegmentException)
            {
                // Either others opened it at the same time, for example when several silos start at once, and one of the next activations
                // stays; or storage fails.
                throw Core.Keeper.AsTold(e);
            }

            await InvokeNow();
        }
    }

    /// <summary>Called, on any thread, when the clock of this silo was set forward or back.</summary>
    public void OnClockStepped(TimeSpan step) => _core?.TakeClockStep(step);

    /// <summary>Stops waking tasks. Used by a silo that is about to hand its tasks over and has no other silo.</summary>
    public void StopWaking() => _core?.Keeper.StopWaking();

    public Task<PartitionInfo> DescribeAsync() => Task.FromResult(Core.Queries.Describe());

    public Task<PartitionIdentity> EnsureAsync() =>
        Task.FromResult(new PartitionIdentity(Core.State.Header!.Id, Core.State.Header.Partitions, Core.State.Calendars.Revision));

    public Task<RegistrationReply> RegisterAsync(TaskRegistration registration, long? expectedRevision = null, Guid request = default,
        CancellationToken ct = default) =>
        Core.Registry.RegisterAsync(registration, expectedRevision, request, ct);

    public Task DefineAsync(IReadOnlyList<TaskDefinition> definitions) => Core.Registry.DefineAsync(definitions);

    public Task<ConfigurationTurn> BeginConfigurationAsync(ConfigurationOffer offer) => Core.Configurations.BeginAsync(offer);

    public Task<IReadOnlyList<string>> EndConfigurationAsync(long number, IReadOnlyDictionary<string, string> groups,
        IReadOnlyList<string> calendars) =>
        Core.Configurations.EndAsync(number, groups, calendars);

    public Task<bool> IsConfigurationInForceAsync(long number) => Core.Configurations.IsInForceAsync(number);

    public Task<ConfigurationReply> ConfigureAsync(PartitionConfiguration configuration) =>
        Core.Configurations.ConfigureAsync(configuration);

    public Task<TaskEntry> SetStateAsync(string task, long epoch, TaskState state, string? note, DateTimeOffset? until = null,
        string? by = null, bool catchUp = false, Guid request = default) =>
        Core.Registry.SetStateAsync(task, epoch, state, note, until, by, catchUp, request);

    public Task CaughtUpAsync(string task, long epoch, DateTimeOffset from) => Core.Registry.CaughtUpAsync(task, epoch, from);

    public Task StartAsync(Guid request = default) => Core.Registry.SetStartedAsync(true, request);

    public Task StopAsync(Guid request = default) => Core.Registry.SetStartedAsync(false, request);

    public async Task ClearAsync(Guid request = default)
    {
        await Core.Registry.ClearAsync(request);
        await GrainFactory.Refer<IRunArchiveEngine>(this.GetPrimaryKeyLong()).ClearAsync();
    }

    public Task<Briefing> AttachAsync(string task, Attachment attachment) => Core.Tasks.AttachAsync(task, attachment);

    public Task DetachAsync(string task, Departure departure) => Core.Tasks.DetachAsync(task, departure);

    public Task LeaveRunsAsync(string task, Guid activation, IReadOnlyList<StoredRun> runs, long term) =>
        Core.Tasks.LeaveRunsAsync(task, activation, runs, term);

    public Task<StoredRun> AddRunAsync(long epoch, StoredRun run) => Core.Runs.AddAsync(epoch, run);

    public Task ParkRunAsync(long epoch, StoredRun run) => Core.Runs.ParkAsync(epoch, run);

    public Task<bool> MarkStartedAsync(RunId run, long epoch, int attempt) => Core.Runs.MarkStartedAsync(run, epoch, attempt);

    public Task<CheckpointReply> SaveCheckpointAsync(RunId run, long epoch, RunCheckpoint checkpoint, StoredRun? whole) =>
        Core.Runs.SaveCheckpointAsync(run, epoch, checkpoint, whole);

    public Task FinishAsync(string task, long epoch, IReadOnlyList<TaskResult> results) => Core.Runs.FinishAsync(task, epoch, results);

    public Task ReleaseAsync(string task, long epoch, IReadOnlyList<Guid> runs, StoredMarks marks = default) =>
        Core.Runs.ReleaseAsync(task, epoch, runs, marks);

    public Task<IReadOnlyList<RunId>> CallOffRunsAsync(IReadOnlyList<Guid> runs) => Core.Runs.CallOffAsync(runs);

    public Task<StoredRun?> FindRunAsync(RunId run) => Core.Runs.FindAsync(run);

    public Task<IReadOnlyList<StoredRun>> TakeRunsAsync(string task, long epoch, Guid? only) => Core.Runs.TakeAsync(task, epoch, only);

    public Task<IReadOnlyDictionary<Guid, Guid>> RetriesOfAsync(IReadOnlyList<Guid> runs) => Core.Runs.RetriesOfAsync(runs);

    public Task<IReadOnlyList<StoredRun>> RunsOfAsync(string task, int limit) => Core.Runs.OfAsync(task, limit);

    public Task<bool?> FindRequestAsync(Guid request) => Core.Runs.FindRequestAsync(request);

    public Task RememberAsync(Guid request, bool answer) => Core.Runs.RememberAsync(request, answer);

    public Task<ClaimReply[]> ClaimAsync(OccurrenceClaim[] claims) => Core.Positions.ClaimAsync(claims);

    public Task SettleAsync(string task, long epoch, DateTimeOffset through, StoredMarks marks = default) =>
        Core.Positions.SettleAsync(task, epoch, through, marks);

    public Task ReserveAsync(string task, long epoch, long through, StoredMarks marks = default) =>
        Core.Positions.ReserveAsync(task, epoch, through, marks);

    public Task AddBatchAsync(Guid batch) => Core.Batches.AddAsync(batch);

    public Task MadeBatchAsync(Guid batch) => Core.Batches.NoteMadeAsync(batch);

    public Task<bool> ExpectsBatchAsync(Guid batch) => Task.FromResult(Core.Batches.IsExpected(batch));

    public Task AdmitGroupAsync(string group) => Core.Groups.AdmitAsync(group);

    public Task<bool> NoteGroupAsync(string group, bool isStored) => Core.Groups.NoteAsync(group, isStored);

    public Task<IReadOnlyDictionary<string, BusinessCalendar>> GetCalendarsAsync() => CalendarsAfterAsync("");

    public Task<IReadOnlyDictionary<string, BusinessCalendar>> CalendarsAfterAsync(string name) =>
        Task.FromResult(Core.Queries.CalendarsAfter(name));

    public Task<CalendarSet> GetCalendarSetAsync() => Task.FromResult(Core.State.Calendars);

    public Task<bool> PutCalendarAsync(string name, BusinessCalendar calendar, Guid request = default) =>
        Core.Calendars.PutAsync(name, calendar, request);

    public Task<bool> RemoveCalendarAsync(string name, Guid request = default) => Core.Calendars.RemoveAsync(name, request);

    public Task TakeCalendarsAsync(CalendarSet calendars) => Core.Calendars.TakeAsync(calendars);

    public Task<IReadOnlyList<string>> UsersOfCalendarAsync(string calendar) => Task.FromResult(Core.Calendars.UsersOf(calendar));

    public Task<IReadOnlyList<TaskInfo>> ListAsync(TaskQuery query) => Task.FromResult(Core.Queries.List(query));

    public Task<long> CountAsync(TaskQuery query) => Task.FromResult(Core.Queries.Count(query));

    public Task<TasksOverview> OverviewAsync() => Task.FromResult(Core.Queries.Overview());

    public Task<IReadOnlyList<HandlerInfo>> HandlersAsync() => HandlersAfterAsync("");

    public Task<IReadOnlyList<HandlerInfo>> HandlersAfterAsync(string name) => Task.FromResult(Core.Queries.HandlersAfter(name));

    public Task<IReadOnlyList<TaskOccurrence>> OccurrencesAsync(string task, OccurrenceQuery? query = null,
        CancellationToken ct = default) => Core.Queries.OccurrencesAsync(task, query, ct);

    public Task<SchedulePreview> PreviewAsync(string task, PreviewRequest request, CancellationToken ct = default) =>
        Core.Queries.PreviewAsync(task, request, ct);

    private IGrainTimer StartTimer(Func<Task> tick, TimeSpan due) =>
        this.RegisterGrainTimer(static (action, _) => action(), tick,
            new GrainTimerCreationOptions(due, Timeout.InfiniteTimeSpan) { Interleave = true });
}
