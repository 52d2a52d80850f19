namespace OrleansTasks.Tests.Unit;

/// <summary>The letter H in cron expressions.</summary>
public sealed class HashedCronTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("H * * * *", 24)]
    [InlineData("H H * * *", 1)]
    [InlineData("H H(0-5) * * *", 1)]
    [InlineData("H/15 * * * *", 96)]
    [InlineData("H(0-29)/10 * * * *", 72)]
    [InlineData("H H * * * *", 24)]
    public void Cron_WithH_OccursAsOftenForEveryTask(string expression, int perDay) => Assert.All(Enumerable.Range(0, 50), n =>
    {
        var schedule = TaskSchedule.Cron(expression).Resolve(Start, $"task-{n}");

        Assert.Equal(perDay, schedule.Occurrences(Start.AddTicks(-1), Start.AddDays(1).AddTicks(-1)).Count());
    });

    [Fact]
    public void Cron_WithH_IsSpreadAndStaysTheSame()
    {
        var schedule = TaskSchedule.Cron("H H * * *");

        var times = Enumerable.Range(0, 200).Select(n => schedule.Resolve(Start, $"task-{n}").NextAfter(Start)).ToList();

        Assert.InRange(times.Distinct().Count(), 150, 200);
        Assert.Equal(times, Enumerable.Range(0, 200).Select(n => schedule.Resolve(Start.AddYears(1), $"task-{n}").NextAfter(Start)));
        Assert.Throws<InvalidOperationException>(() => schedule.NextAfter(Start));
    }

    [Fact]
    public void Cron_NamesWithH_AreNoH() => Assert.Equal(new DateTimeOffset(2026, 3, 5, 9, 0, 0, TimeSpan.Zero), TaskSchedule.Cron("0 9 * MAR THU").NextAfter(Start));

    [Theory]
    [InlineData("H(50-70) * * * *", "The cron expression 'H(50-70) * * * *' is not valid: in the minute, 'H(50-70)' is not within 0 to 59.")]
    [InlineData("0 H(5-2) * * *", "The cron expression '0 H(5-2) * * *' is not valid: in the hour, 'H(5-2)' is not within 0 to 23.")]
    [InlineData("H/99 * * * *", "The cron expression 'H/99 * * * *' is not valid: in the minute, the step of 'H/99' is not within 1 to 60.")]
    public void Cron_WithHOutOfRange_SaysWhere(string expression, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidTaskException>(() => TaskSchedule.Cron(expression)).Message);
}
