using OrleansTasks.Policies;

namespace OrleansTasks.Tests.Unit;

public sealed class LossesInARowTests
{
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    // Results from the oldest to the newest, each with the second at which it ended: L lost, S succeeded, F failed, r lost and requested by
    // a caller.
    [Theory]
    [InlineData("", 0)]
    [InlineData("L0", 1)]
    [InlineData("L0 L10 L20", 3)]
    [InlineData("L0 L10 S15 L20", 1)]
    [InlineData("L0 L10 F15 L20", 1)]
    [InlineData("L0 L10 S20", 0)]
    [InlineData("L0 r5 L10", 2)]
    [InlineData("r0 r5 r10", 0)]
    [InlineData("L0 L0 L0 L1", 1)]
    [InlineData("L0 L0 L10 L10", 2)]
    [InlineData("L-20 L-10 L0 L10", 2)]
    public void Count_OfResults(string results, int expected)
    {
        var list = results.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select((text, n) => new TaskResult
        {
            RunId = new RunId("t", Guid.NewGuid()),
            Sequence = n + 1,
            Status = text[0] switch { 'S' => RunStatus.Succeeded, 'F' => RunStatus.Failed, _ => RunStatus.Lost },
            Trigger = text[0] == 'r' ? RunTrigger.Request : RunTrigger.Schedule,
            FinishedAt = Noon.AddSeconds(int.Parse(text[1..], System.Globalization.CultureInfo.InvariantCulture)),
        }).Reverse();

        Assert.Equal(expected, LossesInARow.Count(list, Noon.AddSeconds(-5)));
    }
}
