using OrleansTasks.Records;
using OrleansTasks.Storage;
using static OrleansTasks.Partitions.PartitionMessages;

namespace OrleansTasks.Partitions;

/// <summary>Loads a partition into memory, and determines whether the cluster has started from nothing.</summary>
/// <param name="context">The context that all parts of the partition share.</param>
internal sealed class PartitionOpening(PartitionContext context) : PartitionPart(context)
{
    private const string HeaderName = "header";

    /// <summary>Gets the callback for storage that has lost something, or does not have it at present.</summary>
    public Action OnLoss { get; init; } = static () => { };

    /// <summary>Reads the partition.</summary>
    /// <param name="requestAge">The number of sweeps after which the id of a request is forgotten.</param>
    public async Task ReadAsync(int requestAge)
    {
        LogOpens(Silo.Log, Number);
        State.Requests.Capacity = Silo.Options.Limits.MaxRememberedRequests;
        State.Requests.MaxAge = requestAge;
        var options = Silo.LogLimits with
        {
            AcceptLostRecords = Silo.Options.StorageMayForget,
            AcceptedLosses = Silo.Options.AcceptedLosses.ToHashSet(StringComparer.Ordinal),
            HasExisted = () => Silo.Registry.HasAsync(Number),
            Notify = Tell,
            Health = Silo.Health,
            OnFailed = Keeper.OnStorageFailed,
            Silo = Silo.Cluster.Local.ToParsableString(),
            MayTakeFrom = holder => Silo.Holders.MayTakeAsync(Number, SiloAddress.FromParsableString(holder)),
        };
        var count = await LoadAsync(await Keeper.OpenAsync(options));
        Teller.TellSetAside(State.Items.SetAside);
        await CheckHeaderAsync(options, count);
    }

    /// <summary>Determines whether the cluster has started from nothing, and if so applies the automatic start.</summary>
    /// <returns>Whether the cluster has started from nothing, so that nobody works on any task.</returns>
    public bool BeginIncarnation()
    {
        var alive = AliveNames();

        // A silo that is leaving is not among the living ones, and still has runs.
        var here = Silo.Cluster.Local.ToString();
        var fromNothing = State.Header is null || !State.Header.Silos.Intersect(alive.Append(here)).Any();
        var header = State.Header
            ?? new PartitionHeader { Id = Guid.NewGuid(), Partitions = Silo.Options.Partitions, LedgerFloor = DateTimeOffset.MinValue };
        var starts = fromNothing && Silo.Options.AutoStart && !header.Started;
        State.SetHeader(
            header with
            {
                Silos = alive,
                LedgerFloor = header.LedgerFloor ?? Now,
                Started = fromNothing ? Silo.Options.AutoStart : header.Started,
                StartedAt = starts ? Now : header.StartedAt
            });
        if (fromNothing)
        {
            foreach (var entry in State.Slots.Values.Select(s => s.Entry).OfType<TaskEntry>()
                .Where(e => e.EachClusterStart && e.State != TaskState.Cancelled).ToList())
            {
                State.SetTask(entry with { Anchor = Now, OnceDone = false, State = TaskState.Active });
            }
        }

        foreach (var slot in State.Slots.Values)
        {
            slot.Owner = fromNothing ? TaskSlot.Ownership.None : TaskSlot.Ownership.Unknown;

            // Nobody works on it. But a silo that joined shortly before all others were lost may have runs of it, and its presence may not
            // have been stored.
            slot.HasOrphans = fromNothing && alive.Any(s => s != here) && slot is { Entry: not null } or { Runs.Count: > 0 };
        }

        return fromNothing;
    }

    private void Tell(StorageNotice notice)
    {
        Teller.Tell(notice.Kind, notice.Text);
        OnLoss();
    }

    /// <summary>
    /// Loads items into memory. This is separate from the options, whose delegates the log keeps: in one method, the compiler's closure
    /// would keep the items in memory too.
    /// </summary>
    /// <returns>The number of items.</returns>
    private async Task<int> LoadAsync(Dictionary<string, string> items)
    {
        await Silo.Loading.RunAsync(() => State.Items.Load(items));
        return items.Count;
    }

    /// <summary>Checks that a partition with items has a header. Without a header, it is damaged and not new.</summary>
    private async Task CheckHeaderAsync(PartitionLogOptions options, int items)
    {
        if (State.Header is not null || options.Accepts(Keeper.Name, HeaderName) || options.Accepts(Keeper.Name, ManifestWriter.Slot))
        {
            return;
        }

        if (items > 0 || await Silo.Registry.HasAsync(Number))
        {
            throw new PartitionStorageException(
                $"The header of partition '{Keeper.Name}' is missing, but the partition "
                    + $"existed{(items > 0 ? $": it has {items} other items" : "")}. Restore all records of the partition from one backup; "
                + $"or add '{Keeper.Name}/{HeaderName}' to TasksOptions.AcceptedLosses, to continue with the remaining records.")
            { IsPermanent = true };
        }
    }
}
