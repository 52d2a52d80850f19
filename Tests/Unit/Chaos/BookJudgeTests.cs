using OrleansTasks.Chaos;
using OrleansTasks.Chaos.Faults;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that the checker finds each error in the account book, and nothing else.</summary>
public sealed class BookJudgeTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly RunId Kept = new("book", Guid.Parse("11111111-1111-1111-1111-111111111111"));
    private static readonly RunId Other = new("book", Guid.Parse("22222222-2222-2222-2222-222222222222"));
    private static readonly RunId Dropped = new("book", Guid.Parse("33333333-3333-3333-3333-333333333333"));
    private static readonly Book Good = new(
        [new Sale(Kept, SaleEnd.Committed, At(0), At(1)), new Sale(Other, SaleEnd.Unknown, At(1), At(2)),
            new Sale(Dropped, SaleEnd.RolledBack, At(2), At(3))],
        [new Order(Kept, 0, 1, 30), new Order(Other, 1, 2, 10)],
        [new Booking(Kept, 30), new Booking(Other, 10)],
        new Dictionary<int, long> { [0] = -30, [1] = 20, [2] = 10 },
        Waiting: 0);

    private static readonly IReadOnlyList<WorkRecord> Records =
    [
        Record(WorkKind.OrderBegun, Kept, 3), Record(WorkKind.OrderBooked, Kept, 3),
        Record(WorkKind.OrderBegun, Other, 3), Record(WorkKind.OrderBooked, Other, 3),
        Record(WorkKind.OrderBegun, Other, 8), Record(WorkKind.OrderFound, Other, 8),
    ];

    [Fact]
    public void Decide_AllOrdersAreBookedOnce_FindsNothing()
    {
        var verdict = BookJudge.Decide(Good, Records, []);
        Assert.Empty(verdict.Findings);
        Assert.Equal((2, 1, 1, 0, 0, 0), (verdict.Orders, verdict.RolledBack, verdict.Found, verdict.Unbooked, verdict.BookedTwice,
            verdict.Stray));
        Assert.Same(BookVerdict.None, BookJudge.Decide(null, Records, []));
    }

    [Theory]
    [InlineData("unbooked", 1, 0, 0)]
    [InlineData("booked-twice", 0, 1, 0)]
    [InlineData("stray", 0, 0, 1)]
    public void Decide_APlantedDefect_IsFound(string planted, int unbooked, int twice, int stray)
    {
        var verdict = BookJudge.Decide(PlantedWork.Apply(planted, Good), PlantedWork.Apply(planted, Records), []);
        Assert.Contains(verdict.Findings, f => f.StartsWith(planted.Replace('-', ' '), StringComparison.Ordinal));
        Assert.Equal((unbooked, twice, stray), (verdict.Unbooked, verdict.BookedTwice, verdict.Stray));
    }

    [Fact]
    public void Decide_ATransactionThatWasRolledBackRan_IsFoundWhateverHappened()
    {
        var records = Records.Append(Record(WorkKind.OrderBegun, Dropped, 4)).ToList();
        var findings = BookJudge.Decide(Good, records, [Rollback(0, 9)]).Findings;
        Assert.Contains("was rolled back", Assert.Single(findings), StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_HandlersSayThatAnOrderWasBookedTwice_IsFound()
    {
        var records = Records.Append(Record(WorkKind.OrderBooked, Kept, 9)).ToList();
        Assert.Equal(1, BookJudge.Decide(Good, records, []).BookedTwice);
        Assert.Equal(0, BookJudge.Decide(Good, records, [Rollback(2, 4)]).BookedTwice);
    }

    [Theory]
    [InlineData(2, 4, 0)]
    [InlineData(5, 6, 1)]
    public void Decide_ABookingIsGoneWithItsDatabase_IsExcusedForThatTime(int from, int to, int unbooked)
    {
        var book = Good with
        {
            Bookings = [new Booking(Other, 10)],
            Balances = new Dictionary<int, long> { [0] = 0, [1] = -10, [2] = 10 },
        };
        var verdict = BookJudge.Decide(book, Records, [Rollback(from, to)]);
        Assert.Equal((unbooked, unbooked, 1 - unbooked), (verdict.Unbooked, verdict.Findings.Count, verdict.Forgotten));
    }

    [Fact]
    public void Decide_ACommittedOrderIsNotInTheBook_IsFound()
    {
        var book = Good with { Orders = [new Order(Other, 1, 2, 10)] };
        Assert.Contains(BookJudge.Decide(book, Records, []).Findings, static f => f.StartsWith("false", StringComparison.Ordinal));
        Assert.Equal(1, BookJudge.Decide(book, Records, []).Stray);
        Assert.Equal(0, BookJudge.Decide(book, Records, [Rollback(0, 1)]).Stray);
    }

    [Fact]
    public void Decide_ABalanceIsWrong_IsFound()
    {
        var one = Good with { Balances = new Dictionary<int, long> { [0] = -30, [1] = 21, [2] = 9 } };
        var findings = BookJudge.Decide(one, Records, []).Findings;
        Assert.Equal(2, findings.Count(static f => f.StartsWith("book: account", StringComparison.Ordinal)));
        var sum = Good with { Balances = new Dictionary<int, long> { [0] = -30, [1] = 20, [2] = 11 } };
        Assert.Contains(BookJudge.Decide(sum, Records, []).Findings, static f => f.Contains("add up to 1", StringComparison.Ordinal));
    }

    [Fact]
    public void Decide_ADispatchStaysInTheOutbox_IsFound() => Assert.StartsWith(
        "waiting: 1", Assert.Single(BookJudge.Decide(Good with { Waiting = 1 }, Records, []).Findings), StringComparison.Ordinal);

    private static Outage Rollback(int from, int to) =>
        new(new Fault(FaultKind.Rollback, TimeSpan.Zero, TimeSpan.Zero, new Victim.Database()), At(from), At(to)) { Struck = At(to) };

    private static WorkRecord Record(WorkKind kind, RunId run, int at) => new(kind, run, 1, Guid.NewGuid(), 0, At(at));

    private static DateTimeOffset At(double seconds) => Start + TimeSpan.FromSeconds(seconds);
}
