namespace OrleansTasks.Tests.Unit;

/// <summary>Tests the letter H in cron expressions.</summary>
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

    // Later versions must derive the same values from a task's name.
    [Theory]
    [InlineData("H H * * *", "20 10 * * *")]
    [InlineData("H H H H *", "20 10 12 2 *")]
    [InlineData("H H * * H", "20 10 * * 5")]
    [InlineData("H H H * * *", "16 20 10 * * *")]
    [InlineData("H H(0-5) * * *", "20 4 * * *")]
    [InlineData("H(7-7) * * * *", "7 * * * *")]
    [InlineData("H/15 * * * *", "5-59/15 * * * *")]
    [InlineData("H/60 * * * *", "20 * * * *")]
    [InlineData("0 H/24 * * *", "0 10 * * *")]
    [InlineData("0 H/23 * * *", "0 5-23/23 * * *")]
    [InlineData("H/1 * * * *", "0-59/1 * * * *")]
    [InlineData("H(10-39)/10 * * * *", "10-39/10 * * * *")]
    [InlineData("0 0 H(29-31) * *", "0 0 29 * *")]
    [InlineData("0 0 H/5 * *", "0 0 3-28/5 * *")]
    [InlineData("0 0 1 H/3 *", "0 0 1 2-12/3 *")]
    [InlineData("0 H,12 * * *", "0 10,12 * * *")]
    [InlineData("0\tH  * MAR THU", "0 10 * MAR THU")]
    public void Cron_WithHInAnyField_StaysInRange(string expression, string expected) =>
        Assert.Equal(expected, ((CronSchedule)TaskSchedule.Cron(expression).Resolve(Start, "report")).Expression);

    [Theory]
    [InlineData("H * * * * *", 0, 0, 59)]
    [InlineData("H * * * *", 0, 0, 59)]
    [InlineData("0 H * * *", 1, 0, 23)]
    [InlineData("0 0 H * *", 2, 1, 28)]
    [InlineData("0 0 1 H *", 3, 1, 12)]
    [InlineData("0 0 * * H", 4, 0, 6)]
    [InlineData("0 0 H(30-31) * *", 2, 30, 31)]
    public void Cron_WithHForManyTasks_UsesTheWholeRange(string expression, int field, int first, int last)
    {
        var numbers = Enumerable.Range(0, 1000)
            .Select(n => ((CronSchedule)TaskSchedule.Cron(expression).Resolve(Start, $"task-{n}")).Expression.Split(' ')[field]);

        Assert.Equal(Enumerable.Range(first, last - first + 1),
            numbers.Select(n => int.Parse(n, System.Globalization.CultureInfo.InvariantCulture)).Distinct().Order());
    }

    [Fact]
    public void Cron_WithH_IsUnresolvedUntilTheTaskIsKnown()
    {
        var schedule = TaskSchedule.Cron("H 9 * * *");

        Assert.True(schedule.IsOpen);
        Assert.Same(schedule, schedule.Resolve(Start));
        Assert.False(schedule.Resolve(Start, "a").IsOpen);
        Assert.False(TaskSchedule.Cron("0 9 * MAR THU").IsOpen);
    }

    [Fact]
    public void Cron_NamesWithH_AreNotHashed() =>
        Assert.Equal(new DateTimeOffset(2026, 3, 5, 9, 0, 0, TimeSpan.Zero), TaskSchedule.Cron("0 9 * MAR THU").NextAfter(Start));

    [Theory]
    [InlineData("H(50-70) * * * *",
        "The cron expression 'H(50-70) * * * *' is not valid: in the minute, 'H(50-70)' is not within 0 to 59.")]
    [InlineData("0 H(5-2) * * *", "The cron expression '0 H(5-2) * * *' is not valid: in the hour, 'H(5-2)' is not within 0 to 23.")]
    [InlineData("0 0 H(29-32) * *",
        "The cron expression '0 0 H(29-32) * *' is not valid: in the day of month, 'H(29-32)' is not within 1 to 31.")]
    [InlineData("0 0 H(0-3) * *",
        "The cron expression '0 0 H(0-3) * *' is not valid: in the day of month, 'H(0-3)' is not within 1 to 31.")]
    [InlineData("0 0 1 H(1-13) *", "The cron expression '0 0 1 H(1-13) *' is not valid: in the month, 'H(1-13)' is not within 1 to 12.")]
    [InlineData("H/0 * * * *", "The cron expression 'H/0 * * * *' is not valid: in the minute, the step of 'H/0' is not within 1 to 60.")]
    [InlineData("H/61 * * * *",
        "The cron expression 'H/61 * * * *' is not valid: in the minute, the step of 'H/61' is not within 1 to 60.")]
    [InlineData("H(10-19)/11 * * * *",
        "The cron expression 'H(10-19)/11 * * * *' is not valid: in the minute, the step of 'H(10-19)/11' is not within 1 to 10.")]
    [InlineData("H/99 * * * *",
        "The cron expression 'H/99 * * * *' is not valid: in the minute, the step of 'H/99' is not within 1 to 60.")]
    public void Cron_WithHOutOfRange_NamesTheField(string expression, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidTaskException>(() => TaskSchedule.Cron(expression)).Message);
}
