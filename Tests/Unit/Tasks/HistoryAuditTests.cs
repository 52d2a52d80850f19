using OrleansTasks.Ledger;
using OrleansTasks.Tasks;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests what counts as missing from a history and a ledger, and how it is reported.</summary>
public sealed class HistoryAuditTests
{
    private static readonly HistoryKept Kept = new(256, false);

    /// <summary>
    /// Gets the found pages and numbers, the partition's last known number, the last number that may have been used, and the expected
    /// missing ones.
    /// </summary>
    public static TheoryData<string, long[], string, long, long, string> Histories => new()
    {
        // The head has the first page, last page, void numbers and lost numbers. "-" is no head, and "old" is one of an earlier version.
        { "0-0||", [0], "1-40", 40, 48, "" },
        { "0-0||", [0], "1-40", 0, 48, "" },
        { "-", [], "", 0, 0, "" },
        { "-", [], "", 0, 5_000, "" },

        // Storage went back.
        { "0-0||", [0], "1-37", 40, 48, "38-40" },
        { "0-0||", [0], "1-40", 70, 72, "41-70" },
        { "0-1||", [0], "1-63", 70, 72, "64-70" },
        { "0-0|38-48|", [0], "1-37", 40, 48, "" },
        { "0-0||38-40", [0], "1-37", 40, 48, "" },
        { "0-0||38-40", [0], "1-37,49-50", 55, 56, "41-48,51-55" },

        // Pages are missing.
        { "0-2||", [0, 2], "1-63,128-130", 130, 136, "64-127" },
        { "0-2||", [1, 2], "64-130", 130, 136, "1-63" },
        { "0-2||", [0, 1], "1-127", 130, 136, "128-130" },
        { "0-2||", [0, 1], "1-127", 0, 136, "128-136" },
        { "0-2||", [], "", 130, 136, "1-130" },
        { "0-2||", [], "", 0, 136, "1-136" },
        { "10-12||", [], "", 800, 800, "640-800" },

        // Numbers that nobody used are not missing.
        { "0-2|64-127|", [0, 2], "1-63,128-130", 130, 136, "" },
        { "0-0|20-30|", [0], "1-19,31-40", 40, 48, "" },
        { "0-0|20-30|", [0], "1-19,33-40", 40, 48, "31-32" },

        // Results beyond the kept number are not missing.
        { "1-5||", [1, 2, 3, 4, 5], "100-355", 355, 360, "" },
        { "0-5||", [1, 2, 3, 4, 5], "100-355", 355, 360, "" },
        { "0-5||", [2, 3, 4, 5], "128-355", 355, 360, "1-127" },

        // An earlier version may have skipped numbers without a note.
        { "old 0-2", [0, 2], "1-63,128-130", 130, 136, "" },
        { "old 0-2", [0, 2], "1-63,128-130", 0, 136, "" },
        { "old 0-2", [0, 1, 2], "1-130", 133, 136, "131-133" },

        // The head is missing.
        { "-", [0, 1], "1-100", 100, 104, "head" },
        { "-", [0, 1], "1-90", 100, 104, "head 91-100" },
        { "-", [], "", 100, 104, "head 1-100" },
        { "-", [], "", 1_000, 1_004, "head 745-1000" },
    };

    [Theory]
    [MemberData(nameof(Histories))]
    public void Find_OfAHistory_ListsStoredButMissingResults(string head, long[] pages, string numbers, long recorded, long used,
        string missing)
    {
        var loss = HistoryAudit.Find(Head(head), new HistoryFound(pages, [.. Ranges(numbers).SelectMany(static r => Numbers(r))]), recorded,
            used, Kept);
        Assert.Equal(missing,
            string.Join(' ',
                new[]
                {
                    loss.IsHeadMissing ? "head" : "", string.Join(',', loss.Numbers.Select(static n => $"{n.First}-{n.Last}"))
                }.Where(static t => t.Length > 0)));
        Assert.Equal(missing.Length > 0, loss.IsLoss);
    }

    [Theory]
    [InlineData("0-0||", "1-5", 5, 5, "")]
    [InlineData("0-0||", "1-5", 5, 8, "6-8")]
    [InlineData("0-0||", "1-5", 0, 8, "6-8")]
    [InlineData("0-0|6-8|", "1-5", 5, 8, "")]
    [InlineData("0-0|6-8|", "1-5", 5, 16, "9-16")]
    [InlineData("-", "", 0, 8, "1-8")]

    // An owner was lost before it could store that numbers are void, and has written results of its own.
    [InlineData("0-1||", "50-62,65-66", 62, 72, "63-64,67-72")]

    // Results that were stored count again if somebody restores them.
    [InlineData("0-0||", "1-5", 7, 8, "8")]
    [InlineData("-", "1-5", 7, 8, "8")]
    [InlineData("0-0||4-7", "1-3", 7, 8, "8")]

    // Results beyond the kept number are not missing.
    [InlineData("0-0||", "3-258", 0, 264, "259-264")]
    public void FindUnused_OfAHistory_ListsNumbersNeverStored(string head, string numbers, long recorded, long used, string unused)
    {
        var found = Ranges(numbers).SelectMany(static r => Numbers(r)).ToList();
        var ranges = HistoryAudit.FindUnused(Head(head), new HistoryFound([.. found.Select(HistoryStore.PageOf).Distinct()], found),
            recorded, used, Kept);
        Assert.Equal(unused, string.Join(',', ranges.Select(static r => r.First == r.Last ? $"{r.First}" : $"{r.First}-{r.Last}")));
    }

    [Fact]
    public void Find_PagesWithoutTheirHead_TreatsGapsAsUncertain()
    {
        var loss = HistoryAudit.Find(null, new HistoryFound([0, 1], [1, 2, 5, 100]), 100, 104, Kept);
        Assert.Empty(loss.Numbers);
        Assert.Equal([new NumberRange(3, 4), new NumberRange(6, 99)], loss.Unknown);
    }

    [Fact]
    public void Find_ResultsExpireByAge_TreatsMissingFirstPagesAsDropped() =>
        Assert.False(HistoryAudit.Find(Head("0-2||"), new HistoryFound([2], [128, 129, 130]), 130, 136, new HistoryKept(256, true)).IsLoss);

    [Theory]
    [InlineData(null, 0, false)]
    [InlineData(null, 3, true)]
    [InlineData(0, 3, false)]
    [InlineData(2, 3, true)]
    [InlineData(3, 3, false)]
    [InlineData(4, 3, false)]
    [InlineData(0, 0, false)]
    public void Find_LedgerOlderThanThePartitionKnows_IsALoss(int? number, int recorded, bool isLost)
    {
        var loss = LedgerLoss.Find(number, recorded, TaskRig.Start);
        Assert.Equal(isLost, loss is not null);
        Assert.Equal(number is null, loss?.IsMissing ?? number is null);
    }

    [Fact]
    public void Texts_OfLosses_GiveTheNumberAndARemedy()
    {
        var some = LossTexts.Of(new HistoryLoss { Numbers = [new(8, 10), new(12, 12)] }, "report");
        Assert.StartsWith("Up to 4 results (numbers 8 to 10, 12) had been stored and are missing from storage.", some);
        Assert.Contains("'t-report'", some);
        Assert.Contains("restore", some);
        Assert.Contains("accept the loss", some);
        Assert.StartsWith("1 result (number 8) had been stored and is missing from storage, and so is the head",
            LossTexts.Of(new HistoryLoss { IsHeadMissing = true, Numbers = [new(8, 8)] }, "t"));
        Assert.StartsWith("The head of the history is missing", LossTexts.Of(new HistoryLoss { IsHeadMissing = true }, "t"));
        Assert.Contains("and others",
            LossTexts.Of(new HistoryLoss { Numbers = [.. Enumerable.Range(1, 9).Select(static n => new NumberRange(2 * n, 2 * n))] }, "t"));
        Assert.Contains("starts again at 2030-01-01", LossTexts.Of(new LedgerLoss(true, TaskRig.Start)));
        Assert.Contains("OwnerLost", LossTexts.Of(new LedgerLoss(false, TaskRig.Start)));
        Assert.Contains("3 results", LossTexts.HistoryWentBack(3));
        Assert.Contains("the head", LossTexts.HistoryWentBack(0));
    }

    private static HistoryPage? Head(string text)
    {
        if (text == "-")
        {
            return null;
        }

        var isOld = text.StartsWith("old ", StringComparison.Ordinal);
        var parts = (isOld ? text[4..] + "||" : text).Split('|');
        var pages = Ranges(parts[0])[0];
        return new HistoryPage
        {
            FirstPage = pages.First,
            LastPage = pages.Last,
            Void = NumberRange.ToStored(Ranges(parts[1])),
            Lost = isOld ? null : NumberRange.ToStored(Ranges(parts[2]))
        };
    }

    private static List<NumberRange> Ranges(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(static r => r.Split('-'))
            .Select(static r => new NumberRange(long.Parse(r[0]), long.Parse(r[1])))];

    private static IEnumerable<long> Numbers(NumberRange range) => Enumerable.Range(0, (int)range.Count).Select(n => range.First + n);
}
