using System.Text.Json.Serialization;

namespace OrleansTasks.Records;

/// <summary>How far a task has come, as its partition stores it.</summary>
/// <param name="Sequence">The last sequence number that may have been used.</param>
/// <param name="Settled">What came of the occurrences up to this instant is in the stored history, or they were left out. Lags behind.</param>
/// <param name="Claimed">Runs of occurrences up to this instant may have been started. Stored before they are, where they may not be repeated.</param>
/// <param name="Claimer">The activation that claimed last: it may be told again of what it claimed, and nobody else.</param>
/// <param name="Term">Counts the activations that have owned the task. Those before the last one never own it again.</param>
/// <param name="History">The last sequence number that is known to be in the stored history; 0 if that is not known. Lags behind.</param>
/// <param name="Ledger">The number of the last write of the stored ledger that is known of; 0 if none is. Lags behind.</param>
/// <param name="MayHaveBegun">Of a task whose runs may be repeated: the occurrences up to this instant that are not settled may have begun; null if none has, since its last owner said so when it left.</param>
/// <param name="Losses">How many of its owners were lost, one after the other, while such an occurrence may have been under way.</param>
/// <param name="Kept">The last sequence number up to which all results are known to be kept for searches; 0 if that is not known. Lags behind.</param>
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

    /// <summary>Whether of some occurrences it is not known here what came of them.</summary>
    [JsonIgnore]
    public bool IsUnsettled => Claimed is { } claimed && !(Settled >= claimed);

    /// <summary>The instant up to which no occurrence is made any more; null if nothing is known.</summary>
    [JsonIgnore]
    public DateTimeOffset? Done => Claimed > Settled || Settled is null ? Claimed : Settled;

    /// <summary>How far the records that are stored apart have come.</summary>
    [JsonIgnore]
    public StoredMarks Marks => new(History, Ledger, Kept: Kept);

    /// <summary>The same with how far these have come; it never goes back.</summary>
    public TaskPosition Keep(StoredMarks marks) => marks.History > History || marks.Ledger > Ledger || marks.Kept > Kept || marks.MayBegin > MayHaveBegun || (marks.MayBegin is not null && MayHaveBegun is null)
        ? this with
        {
            History = Math.Max(History, marks.History),
            Ledger = Math.Max(Ledger, marks.Ledger),
            Kept = Math.Max(Kept, marks.Kept),
            MayHaveBegun = marks.MayBegin > MayHaveBegun || MayHaveBegun is null ? marks.MayBegin : MayHaveBegun,

            // A run has ended: its silo lived.
            Losses = marks.History > History ? 0 : Losses,
        }
        : this;

    /// <summary>The same where these records are to be removed: that they are missing is as it should be.</summary>
    public TaskPosition WithoutMarks() => this with { History = 0, Ledger = 0, Kept = 0 };

    /// <summary>The same with occurrences settled up to an instant; it never goes back.</summary>
    public TaskPosition Settle(DateTimeOffset? through) => through > Settled || Settled is null ? this with { Settled = through } : this;

    /// <summary>The same without the claims, if it was an activation that made them, of occurrences from an instant on.</summary>
    public TaskPosition Unclaim(DateTimeOffset? from, Guid activation) =>
        from <= Claimed && Claimer == activation ? this with { Claimed = from.Value.AddTicks(-1) } : this;

    /// <summary>The same when its owner has left in good order: no occurrence of it is under way, unless it has left some.</summary>
    public TaskPosition Leave(bool hasOrphans) => hasOrphans ? this : this with { MayHaveBegun = null };

    /// <summary>
    /// The same with occurrences claimed by an activation up to an instant, and the instant up to which others had claimed: those may not be started by it.
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
