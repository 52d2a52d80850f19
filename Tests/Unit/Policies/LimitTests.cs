using CsCheck;
using OrleansTasks.Policies;
using OrleansTasks.Runs;
using OrleansTasks.Tasks;

namespace OrleansTasks.Tests.Unit.Policies;

public sealed class LimitTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void RateWindow_AnySequence_NeverExceedsTheRateAndWaitsNoLongerThanNecessary() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 1000], Gen.Int[0, 500].Array[1, 60]).Sample((runs, period, gaps) =>
        {
            var limit = new RateLimit { Runs = runs, Period = TimeSpan.FromMilliseconds(period) };
            var window = new RateWindow();
            var starts = new List<DateTimeOffset>();
            var now = Now;
            foreach (var gap in gaps)
            {
                now = now.AddMilliseconds(gap);
                if (window.OpensAt(limit, now) is { } opens)
                {
                    Assert.True(opens > now);
                    Assert.Equal(0, window.Room(limit, opens.AddTicks(-1)));
                    now = opens;
                }

                Assert.True(window.Room(limit, now) > 0);
                window.Note(now);
                starts.Add(now);
            }

            foreach (var start in starts)
            {
                Assert.InRange(starts.Count(s => s >= start && s < start + limit.Period), 1, runs);
            }
        });

    [Fact]
    public void RateWindow_ManyExpiredStarts_CountsOnlyThePeriod()
    {
        var limit = new RateLimit { Runs = 2000, Period = TimeSpan.FromSeconds(10) };
        var window = new RateWindow();
        for (var n = 0; n < 2000; n++)
        {
            window.Note(Now.AddMilliseconds(n));
        }

        Assert.Equal(0, window.Room(limit, Now.AddSeconds(10).AddTicks(-1)));
        Assert.Equal(Now.AddSeconds(10), window.OpensAt(limit, Now.AddSeconds(5)));
        Assert.Equal(1, window.Room(limit, Now.AddSeconds(10)));

        // None of the 1,500 expired starts remains.
        var later = Now.AddSeconds(10).AddMilliseconds(1499);
        Assert.Equal(1500, window.Room(limit, later));
        window.Note(later);
        window.TakeBack(Now);
        Assert.Equal(1499, window.Room(limit, later));
        window.TakeBack(later);
        Assert.Equal(1500, window.Room(limit, later));
        Assert.Equal(2000, window.Room(limit, Now.AddSeconds(12)));
    }

    [Fact]
    public void RateWindow_WithALimitThatWasLowered_OpensWhenFewEnoughAreLeft()
    {
        var window = new RateWindow();
        foreach (var n in Enumerable.Range(0, 5))
        {
            window.Note(Now.AddSeconds(n));
        }

        // Four of the five starts must expire before a second run may start.
        Assert.Equal(Now.AddSeconds(13), window.OpensAt(new RateLimit { Runs = 2, Period = TimeSpan.FromSeconds(10) }, Now.AddSeconds(5)));
    }

    [Fact]
    public void WaitingRuns_Taken_AreOccurrencesThenByPriorityThenInOrder()
    {
        var waiting = new WaitingRuns();
        var added = new[]
        {
            Run("low", RunTrigger.Dispatch, RunPriority.Low), Run("normal-1", RunTrigger.Dispatch),
            Run("high-1", RunTrigger.Request, RunPriority.High),
            Run("normal-2", RunTrigger.Request), Run("due", RunTrigger.Schedule, RunPriority.Low),
            Run("high-2", RunTrigger.Dispatch, RunPriority.High), Run("gone", RunTrigger.Dispatch, RunPriority.High),
        };
        foreach (var run in added)
        {
            waiting.Enqueue(run);
        }

        var first = waiting.Take(2, IsWanted);
        Assert.Equal(["due", "high-1"], first.Select(r => r.RunId.Task));

        // Runs that could not start get their old place in the queue again.
        first.ForEach(waiting.Enqueue);
        Assert.Equal(["due", "high-1", "high-2", "normal-1", "normal-2", "low"], waiting.Take(100, IsWanted).Select(r => r.RunId.Task));
        Assert.Equal(0, waiting.Count);

        static ActiveRun Run(string name, RunTrigger trigger, RunPriority priority = RunPriority.Normal) =>
            new() { Facts = new RunFacts { Id = new RunId(name, Guid.NewGuid()), Trigger = trigger, Priority = priority } };

        static bool IsWanted(ActiveRun run) => run.RunId.Task != "gone";
    }

    [Fact]
    public void Faults_OfLimits_NameEachField()
    {
        var options = new TaskOptions
        {
            MaxConcurrentRuns = 0,
            RateLimit = new RateLimit { Runs = 0, Period = TimeSpan.FromDays(2) },
            Priority = (RunPriority)9,
            Overlap = (OverlapPolicy)9,
            MaxQueuedOccurrences = 0,
            MisfireThreshold = TimeSpan.FromDays(2),
            PauseAfterFailures = 300,
            RunTimeout = TimeSpan.Zero,
            ExpireAfter = TimeSpan.FromDays(100),
        };

        var named = options.Faults().Select(f => f.Split(' ')[0]).Order(StringComparer.Ordinal);

        Assert.Equal(
            [
                "Options.ExpireAfter", "Options.MaxConcurrentRuns", "Options.MaxQueuedOccurrences", "Options.MisfireThreshold",
                "Options.Overlap", "Options.PauseAfterFailures",
                "Options.Priority", "Options.RateLimit.Period", "Options.RateLimit.Runs", "Options.RunTimeout",
            ],
            named);
        Assert.Empty(TaskOptions.Default.Faults());
    }
}
