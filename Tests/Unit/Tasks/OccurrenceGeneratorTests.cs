using CsCheck;
using OrleansTasks.Calls;
using OrleansTasks.Records;
using OrleansTasks.Tasks;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests which occurrences a task's grain takes, and which it leaves to its partition.</summary>
public sealed class OccurrenceGeneratorTests
{
    private static readonly DateTimeOffset Start = TaskRig.Start;
    private static readonly TimeSpan Threshold = TimeSpan.FromSeconds(10);
    private readonly OccurrenceBook _book = new();
    private readonly OccurrenceGenerator _generator;
    private TaskEntry _entry = null!;

    public OccurrenceGeneratorTests() => _generator = new OccurrenceGenerator(_book);

    [Fact]
    public void TakeDue_InactiveTask_TakesNothingFurther()
    {
        Plan(awake: false, given: Start.AddSeconds(20));
        Assert.Equal([Start.AddSeconds(20)], Take(Start.AddSeconds(25)).Due);
        Assert.Null(_generator.Next);

        // The partition looks after the later occurrences anyway, as the task never took them over.
        Assert.False(_generator.LetsGo);
    }

    [Fact]
    public void TakeDue_ActiveTask_ContinuesByItself()
    {
        Plan(awake: true, given: Start.AddSeconds(20));
        Assert.Equal([Start.AddSeconds(20)], Take(Start.AddSeconds(20)).Due);
        Assert.Equal(Start.AddSeconds(40), _generator.Next);
    }

    [Fact]
    public void TakeDue_NextOccurrenceFarAway_ReleasesTheActivation()
    {
        Plan(awake: true, given: Start.AddHours(1), every: TimeSpan.FromHours(1));
        Take(Start.AddHours(1));
        Assert.True(_generator.LetsGo);
    }

    [Fact]
    public void TakeDue_TooLateOccurrences_ReportsThemAndTakesTheRest()
    {
        Plan(awake: true, given: Start.AddSeconds(20));
        var taken = Take(Start.AddSeconds(101));
        Assert.Equal([new MissedOccurrences(Start.AddSeconds(20), Start.AddSeconds(91).AddTicks(-1))], taken.Missed);
        Assert.Equal([Start.AddSeconds(100)], taken.Due);
    }

    [Fact]
    public void Plan_KnownOccurrence_IsNotTakenTwice()
    {
        Plan(awake: true, given: Start.AddSeconds(20));
        Take(Start.AddSeconds(20));
        Plan(awake: true, given: Start.AddSeconds(20));
        Assert.Equal(Start.AddSeconds(40), _generator.Next);
    }

    [Fact]
    public void Restart_ClockSetBack_ContinuesFromThatTime()
    {
        Plan(awake: true, given: Start.AddHours(5));
        Take(Start.AddHours(5));
        _generator.Restart(Start.AddMinutes(1));
        Plan(awake: true, given: null);
        Assert.Equal(Start.AddSeconds(80), _generator.Next);
        Assert.Equal(Start.AddMinutes(1), _book.Taken);
    }

    [Fact]
    public void TakeDue_AfterAPauseEnded_ResumesAndTakesNothing()
    {
        var paused = Entry(TimeSpan.FromSeconds(20)) with
        {
            State = TaskState.Paused,
            PausedUntil = Start.AddSeconds(50),
            PauseCatchesUp = true
        };
        _generator.Plan(paused, Start.AddSeconds(50), isChanged: false);
        var taken = _generator.TakeDue(paused, Start.AddSeconds(50), Threshold);
        Assert.True(taken.ResumesPause);
        Assert.Empty(taken.Due);
    }

    /// <summary>
    /// Whatever steps the clock makes, and however often an occurrence is given again, each instant is taken once and in order. It is
    /// either due or missed.
    /// </summary>
    [Fact]
    public void TakeDue_WithAnyStepsOfTime_TakesEachInstantOnce() => Gen.Select(Gen.Int[1, 40], Gen.Bool).List[1, 60].Sample(steps =>
    {
        var (book, now, entry) = (new OccurrenceBook(), Start, Entry(TimeSpan.FromSeconds(5)));
        var generator = new OccurrenceGenerator(book);
        var (due, missed) = (new List<DateTimeOffset>(), new List<MissedOccurrences>());
        generator.Take(new Briefing { Awake = true });
        generator.Plan(entry, Start.AddSeconds(5), isChanged: true);
        foreach (var (seconds, isGivenAgain) in steps)
        {
            now = now.AddSeconds(seconds);
            if (isGivenAgain)
            {
                generator.Plan(entry, Start.AddSeconds(5), isChanged: false);
            }

            var taken = generator.TakeDue(entry, now, Threshold);
            due.AddRange(taken.Due);
            missed.AddRange(taken.Missed);
        }

        Assert.Equal(due.Distinct().Order(), due);
        for (var instant = Start.AddSeconds(5); instant <= now; instant = instant.AddSeconds(5))
        {
            Assert.True(due.Contains(instant) ^ missed.Exists(m => m.First <= instant && instant <= m.Until), $"{instant:O}");
        }
    });

    private static TaskEntry Entry(TimeSpan every) =>
        new() { Name = "t", Handler = "h", Schedule = TaskSchedule.Every(every, Start), Anchor = Start };

    private void Plan(bool awake, DateTimeOffset? given, TimeSpan? every = null)
    {
        _generator.Take(new Briefing { Awake = awake });
        _generator.Plan(_entry = Entry(every ?? TimeSpan.FromSeconds(20)), given, isChanged: false);
    }

    private DueOccurrences Take(DateTimeOffset now) => _generator.TakeDue(_entry, now, Threshold);
}
