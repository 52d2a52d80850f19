using OrleansTasks.Ledger;

namespace OrleansTasks.Tasks;

/// <summary>
/// Formats the messages about a task's records that are missing, or older than they were: how much is lost, and what the operator can do.
/// Pure.
/// </summary>
internal static class LossTexts
{
    private const int RangesNamed = 5;

    /// <summary>The message when storage has lost the last write of a ledger that is in memory.</summary>
    public const string LedgerWentBack = "Storage lost the last write of the ledger; it is written again from memory.";

    /// <summary>Returns the message when part of a history is missing from storage.</summary>
    public static string Of(HistoryLoss loss, string task) =>
        $"{WhatIsMissing(loss)} Their numbers are not used again, and readers get a gap. To restore them, stop the silos and restore all "
            + $"records of the task's history (grain type 'ot-history', keys that begin with 't-{task}') "
        + "from one backup. To accept the loss, do nothing: it is recorded, and not reported again.";

    /// <summary>Returns the message when storage has lost part of a history that is in memory.</summary>
    public static string HistoryWentBack(int results) =>
        $"Storage has forgotten {(results == 0 ? "the head of the history" : results == 1 ? "1 result" : $"{results} results")} that "
            + "had been stored; written again from memory.";

    /// <summary>Returns the message when the stored ledger is missing, or older than it was.</summary>
    public static string Of(LedgerLoss loss) => loss.IsMissing
        ? $"The record of the ledger is missing from storage, but was stored before. The ledger starts again at {loss.Through:O}; its "
            + $"earlier totals are lost. {Remedy}"
        : $"The stored ledger is older than it was. Its content for instants after {loss.Through:O} is rebuilt from the history; instants "
            + $"that the history does not have count as missed (OwnerLost). {Remedy}";

    private const string Remedy = "To restore it, stop the silos and restore the record (grain type 'ot-ledger') from a backup. To accept "
        + "the loss, do nothing: it is not reported again.";

    private static string WhatIsMissing(HistoryLoss loss) =>
        loss.Count == 0 ? "The head of the history is missing from storage; it is rebuilt from its pages, and no result is known to be "
            + "lost."
        : $"{(loss.Count == 1 ? "1 result" : $"Up to {loss.Count} results")} ({Named(loss)}) had been stored and "
            + $"{(loss.Count == 1 ? "is" : "are")} missing from "
            + $"storage{(loss.IsHeadMissing ? ", and so is the head of the history" : "")}.";

    private static string Named(HistoryLoss loss) =>
        $"{(loss.Count == 1 ? "number" : "numbers")} "
            + $"{string.Join(", ", loss.Numbers.Take(RangesNamed))}{(loss.Numbers.Count > RangesNamed ? " and others" : "")}";
}
