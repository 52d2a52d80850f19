using System.Text.Json.Serialization;

namespace OrleansTasks.Records;

/// <summary>Stores how far a task has come.</summary>
/// <param name="Sequence">The last sequence number that may have been used.</param>
/// <param name="Settled">
/// The results of the occurrences up to this instant are in the stored history, or the occurrences were skipped. Lags behind.
/// </param>
/// <param name="Claimed">
/// Runs of occurrences up to this instant may have been started. If they must not be repeated, it is stored before they start.
/// </param>
/// <param name="Claimer">The activation that claimed last. Only that one may be told again of what it claimed.</param>
/// <param name="Term">The number of activations that have owned the task. Earlier ones never own it again.</param>
/// <param name="History">The last sequence number that is known to be in the stored history, or 0 if it is not known. Lags behind.</param>
/// <param name="Ledger">The number of the last known write of the stored ledger, or 0 if there is none. Lags behind.</param>
/// <param name="MayHaveBegun">
/// For a task whose runs may be repeated: the occurrences up to this instant that are not settled may have started. Null if none has,
/// according to its last owner when it left.
/// </param>
/// <param name="Losses">How many consecutive owners were lost while such an occurrence may have been running.</param>
/// <param name="Kept">
/// The last sequence number up to which all results are known to be kept for searches, or 0 if it is not known. Lags behind.
/// </param>
internal sealed record TaskPosition(
    long Sequence,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Settled = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? Claimed = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] Guid? Claimer = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Term = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long History = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Ledger = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] DateTimeOffset? MayHaveBegun = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] int Losses = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Kept = 0)
{
    public static TaskPosition None { get; } = new(0);

    /// <summary>Gets whether the outcomes of some occurrences are not known here.</summary>
    [JsonIgnore]
    public bool IsUnsettled => Claimed is { } claimed && !(Settled >= claimed);

    /// <summary>Gets the instant up to which no occurrence runs any more, or null if it is not known.</summary>
    [JsonIgnore]
    public DateTimeOffset? Done => Claimed > Settled || Settled is null ? Claimed : Settled;

    /// <summary>Gets how far the separately stored records have come.</summary>
    [JsonIgnore]
    public StoredMarks Marks => new(History, Ledger, Kept: Kept);

    /// <summary>Returns a copy with the given marks of these records. Marks never go back.</summary>
    public TaskPosition Keep(StoredMarks marks) =>
        marks.History > History || marks.Ledger > Ledger || marks.Kept > Kept || marks.MayBegin > MayHaveBegun
            || (marks.MayBegin is not null && MayHaveBegun is null)
        ? this with
        {
            History = Math.Max(History, marks.History),
            Ledger = Math.Max(Ledger, marks.Ledger),
            Kept = Math.Max(Kept, marks.Kept),
            MayHaveBegun = marks.MayBegin > MayHaveBegun || MayHaveBegun is null ? marks.MayBegin : MayHaveBegun,

            // A run has ended, so its silo survived.
            Losses = marks.History > History ? 0 : Losses,
        }
        : this;

    /// <summary>Returns a copy for a task whose records are removed, so that their absence is expected.</summary>
    public TaskPosition WithoutMarks() => this with { History = 0, Ledger = 0, Kept = 0 };

    /// <summary>Returns a copy in which occurrences are settled up to an instant, which never goes back.</summary>
    public TaskPosition Settle(DateTimeOffset? through) => through > Settled || Settled is null ? this with { Settled = through } : this;

    /// <summary>Returns a copy without claims of occurrences from an instant on, if the given activation made them.</summary>
    public TaskPosition Unclaim(DateTimeOffset? from, Guid activation) =>
        from <= Claimed && Claimer == activation ? this with { Claimed = from.Value.AddTicks(-1) } : this;

    /// <summary>Returns a copy after its owner has left regularly. No occurrence is running, unless the owner left some.</summary>
    public TaskPosition Leave(bool hasOrphans) => hasOrphans ? this : this with { MayHaveBegun = null };

    /// <summary>
    /// Returns a copy in which an activation claims occurrences up to an instant, and the instant up to which others had claimed. The
    /// activation must not start those.
    /// </summary>
    public (TaskPosition Position, DateTimeOffset? Others) Claim(DateTimeOffset through, Guid activation)
    {
        if (Claimer == activation)
        {
            return (through > Claimed ? this with { Claimed = through } : this, null);
        }

        return (Claimed is null || through > Claimed ? this with { Claimed = through, Claimer = activation } : this, Claimed);
    }
}
