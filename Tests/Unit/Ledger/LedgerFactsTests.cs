using System.Globalization;
using OrleansTasks.Ledger;

namespace OrleansTasks.Tests.Unit.Accounts;

/// <summary>
/// Tests the outcome of an occurrence about which nothing specific is known, and how long that outcome applies. Minutes after midnight
/// stand for instants.
/// </summary>
public sealed class LedgerFactsTests
{
    private static readonly DateTimeOffset Midnight = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    private static readonly OccurrenceNote Fired = new(OccurrenceOutcome.Fired, OutcomeReason.OnTime);

    [Fact]
    public void SpanAt_NothingKnown_IsMissedWithoutEnd() =>
        Assert.Equal(new OccurrenceSpan(Minute(5), DateTimeOffset.MaxValue, OccurrenceOutcome.Missed, OutcomeReason.OwnerLost),
            Facts().SpanAt(Minute(5), null));

    [Theory]
    [InlineData(9, OutcomeReason.OwnerLost, "<10")]
    [InlineData(10, OutcomeReason.Stopped, "20")]
    [InlineData(15, OutcomeReason.Stopped, "20")]
    [InlineData(20, OutcomeReason.Stopped, "20")]
    [InlineData(21, OutcomeReason.OwnerLost, "")]
    public void SpanAt_OfASpan_HoldsFromItsFirstToItsLastInstant(int minute, OutcomeReason reason, string until) =>
        AssertSpan(reason, until, Facts(Span(10, 20, OutcomeReason.Stopped)).SpanAt(Minute(minute), null));

    // An outage within a stop, in either order.
    [Theory]
    [InlineData(12, true, OutcomeReason.Stopped, "30")]
    [InlineData(17, true, OutcomeReason.Stopped, "30")]
    [InlineData(12, false, OutcomeReason.Stopped, "<15")]
    [InlineData(17, false, OutcomeReason.Outage, "20")]
    [InlineData(21, false, OutcomeReason.Stopped, "30")]
    public void SpanAt_OverlappingSpans_IsTheFirstRecorded(int minute, bool stopFirst, OutcomeReason reason, string until)
    {
        var (stop, outage) = (Span(10, 30, OutcomeReason.Stopped), Span(15, 20, OutcomeReason.Outage));

        AssertSpan(reason, until, (stopFirst ? Facts(stop, outage) : Facts(outage, stop)).SpanAt(Minute(minute), null));
    }

    [Fact]
    public void SpanAt_OfASpanThatTouchesTheBeginningOfAnEarlierOne_EndsBeforeIt() =>
        AssertSpan(OutcomeReason.Stopped, "<20",
            Facts(Span(40, 50, OutcomeReason.Outage), Span(20, 30, OutcomeReason.Outage),
                Span(10, 20, OutcomeReason.Stopped)).SpanAt(Minute(10), null));

    [Fact]
    public void SpanAt_RegistrationFacts_TakePrecedence()
    {
        var facts = Facts(Span(10, 30, OutcomeReason.Stopped));

        AssertSpan(OutcomeReason.Paused, "20", facts.SpanAt(Minute(15), Span(12, 20, OutcomeReason.Paused)));
        AssertSpan(OutcomeReason.Stopped, "<12", facts.SpanAt(Minute(10), Span(12, 20, OutcomeReason.Paused)));
    }

    [Theory]
    [InlineData(10, "<12")]
    [InlineData(12, "<15")]
    [InlineData(13, "<15")]
    [InlineData(16, "<20")]
    [InlineData(20, "20")]
    public void SpanAt_BeforeAMorePreciseSpan_EndsBeforeIt(int minute, string until)
    {
        var facts = new LedgerFacts(new Dictionary<DateTimeOffset, OccurrenceNote> { [Minute(20)] = Fired, [Minute(12)] = Fired },
            [Minute(15), Minute(12)], [Span(10, 20, OutcomeReason.Stopped)]);

        AssertSpan(OutcomeReason.Stopped, until, facts.SpanAt(Minute(minute), null));
    }

    [Fact]
    public void NoteOfAndIsOpen_OfAnInstant_ReturnItsRecordedFacts()
    {
        var facts = new LedgerFacts(new Dictionary<DateTimeOffset, OccurrenceNote> { [Minute(1)] = Fired }, [Minute(2)], []);

        Assert.Equal([Fired, null, null], new[] { 1, 2, 3 }.Select(n => facts.NoteOf(Minute(n))));
        Assert.Equal([false, true, false], new[] { 1, 2, 3 }.Select(n => facts.IsOpen(Minute(n))));
    }

    /// <param name="reason">The expected reason.</param>
    /// <param name="until">
    /// The last minute to which it applies. With "&lt;", it ends just before that minute. Empty if it has no end.
    /// </param>
    /// <param name="span">The span that was found.</param>
    private static void AssertSpan(OutcomeReason reason, string until, OccurrenceSpan span)
    {
        var end = until.Length == 0 ? DateTimeOffset.MaxValue : Minute(int.Parse(until.TrimStart('<'), CultureInfo.InvariantCulture));
        Assert.Equal((reason, until.StartsWith('<') ? end.AddTicks(-1) : end), (span.Reason, span.Until));
    }

    private static LedgerFacts Facts(params OccurrenceSpan[] spans) => new([], [], spans);

    private static OccurrenceSpan Span(int from, int until, OutcomeReason reason) =>
        new(Minute(from), Minute(until), OccurrenceOutcome.Skipped, reason);

    private static DateTimeOffset Minute(int n) => Midnight.AddMinutes(n);
}
