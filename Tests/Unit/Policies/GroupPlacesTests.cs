using CsCheck;
using OrleansTasks.Groups;

namespace OrleansTasks.Tests.Unit.Policies;

/// <summary>Who gets a place in a group.</summary>
public sealed class GroupPlacesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Grant_WithALimit_GoesByPriorityThenByTurn()
    {
        var places = new GroupPlaces();
        places.Ask(Run(1), RunPriority.Low);
        places.Ask(Run(2), RunPriority.Normal);
        places.Ask(Run(3), RunPriority.Normal);
        places.Ask(Run(4), RunPriority.High);

        Assert.Equal([Run(4), Run(2)], places.Grant(new RunGroup { MaxConcurrentRuns = 2 }, Now));
        Assert.Empty(places.Grant(new RunGroup { MaxConcurrentRuns = 2 }, Now));
        places.Release(Run(4).Value);
        Assert.Equal([Run(3)], places.Grant(new RunGroup { MaxConcurrentRuns = 2 }, Now));
    }

    [Fact]
    public void Ask_AgainAfterLeaving_KeepsTheTurn()
    {
        var places = new GroupPlaces();
        places.Ask(Run(1), RunPriority.Normal);
        places.Ask(Run(2), RunPriority.Normal);
        places.Leave(Run(1).Value);
        places.Ask(Run(1), RunPriority.Normal);

        Assert.Equal([Run(1)], places.Grant(new RunGroup { MaxConcurrentRuns = 1 }, Now));
    }

    [Fact]
    public void Release_OfAPlaceThatWasNotUsed_DoesNotCountForTheRate()
    {
        var limits = new RunGroup { RateLimit = new RateLimit { Runs = 1, Period = TimeSpan.FromMinutes(1) } };
        var places = new GroupPlaces();
        places.Ask(Run(1), RunPriority.Normal);
        places.Ask(Run(2), RunPriority.Normal);
        places.Ask(Run(3), RunPriority.Normal);
        Assert.Equal([Run(1)], places.Grant(limits, Now));

        places.Release(Run(1).Value, unused: true);
        Assert.Equal([Run(2)], places.Grant(limits, Now));
        places.Release(Run(2).Value);
        Assert.Empty(places.Grant(limits, Now));

        // One that had none gives none back.
        places.Release(Run(1).Value, unused: true);
        Assert.Empty(places.Grant(limits, Now));
    }

    [Fact]
    public void Grant_ToOneThatIsNotThere_IsNotMade()
    {
        var places = new GroupPlaces();
        places.Ask(Run(1), RunPriority.High);
        places.Leave(Run(1).Value);
        places.Ask(Run(2), RunPriority.Low);

        Assert.Equal([Run(2)], places.Grant(new RunGroup { MaxConcurrentRuns = 1 }, Now));
    }

    [Fact]
    public void Grant_AtAnyTimes_NeverGoesBeyondTheLimits() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[0, 3].Array[1, 200]).Sample((most, perMinute, steps) =>
        {
            var limits = new RunGroup { MaxConcurrentRuns = most, RateLimit = new RateLimit { Runs = perMinute, Period = TimeSpan.FromMinutes(1) } };
            var places = new GroupPlaces();
            var granted = new List<(RunId Run, DateTimeOffset At)>();
            var held = new Queue<RunId>();
            var now = Now;
            for (var n = 0; n < steps.Length; n++)
            {
                switch (steps[n])
                {
                    case 0:
                        places.Ask(Run(n), RunPriority.Normal);
                        break;
                    case 1 when held.TryDequeue(out var run):
                        places.Release(run.Value);
                        break;
                    default:
                        now = now.AddSeconds(7 * steps[n]);
                        break;
                }

                foreach (var run in places.Grant(limits, now))
                {
                    granted.Add((run, now));
                    held.Enqueue(run);
                }

                Assert.True(places.Held <= most);
                Assert.True(granted.Count(g => g.At > now - TimeSpan.FromMinutes(1)) <= perMinute);
            }

            Assert.Equal(granted.Count, granted.Select(g => g.Run).Distinct().Count());
        });

    [Fact]
    public void Release_OfOneThatWaits_TakesItsTurnAway()
    {
        var places = new GroupPlaces();
        places.Ask(Run(1), RunPriority.High);
        places.Ask(Run(2), RunPriority.Normal);
        places.Release(Run(1).Value);

        Assert.Equal([Run(2)], places.Grant(new RunGroup(), Now));
        Assert.Equal((0, 1, false), (places.Waiting, places.Held, places.Has(Run(1).Value)));
    }

    [Fact]
    public void Release_OfAPlaceFromBeforeThereWasARate_GivesNothingOfTheRateBack()
    {
        var rate = new RunGroup { RateLimit = new RateLimit { Runs = 1, Period = TimeSpan.FromMinutes(1) } };
        var places = new GroupPlaces();
        places.Ask(Run(1), RunPriority.Normal);
        places.Grant(new RunGroup(), Now);
        places.Ask(Run(2), RunPriority.Normal);
        places.Ask(Run(3), RunPriority.Normal);
        Assert.Equal([Run(2)], places.Grant(rate, Now));

        places.Release(Run(1).Value, unused: true);
        Assert.Empty(places.Grant(rate, Now));
    }

    [Fact]
    public void Hold_OfRunsThatHavePlaces_CountsThem_EvenBeyondTheLimit()
    {
        var limits = new RunGroup { MaxConcurrentRuns = 2 };
        var places = new GroupPlaces();
        foreach (var n in new[] { 1, 2, 3 })
        {
            places.Hold(Run(n));
        }

        places.Ask(Run(4), RunPriority.High);
        places.Release(Run(1).Value);
        Assert.Empty(places.Grant(limits, Now));
        Assert.Equal([Run(2), Run(3)], places.Holders);

        places.Release(Run(2).Value);
        Assert.Equal([Run(4)], places.Grant(limits, Now));
    }

    [Fact]
    public void OpensAt_WhereTheRateIsUsedUp_IsWhenThePeriodOfTheFirstIsOver()
    {
        var rate = new RunGroup { RateLimit = new RateLimit { Runs = 2, Period = TimeSpan.FromMinutes(1) } };
        var places = new GroupPlaces();
        Assert.Null(places.OpensAt(rate, Now));
        foreach (var n in new[] { 1, 2 })
        {
            places.Ask(Run(n), RunPriority.Normal);
            Assert.Null(places.OpensAt(rate, Now));
            places.Grant(rate, Now.AddSeconds(10 * n));
        }

        // Nobody waits.
        Assert.Null(places.OpensAt(rate, Now.AddSeconds(30)));
        places.Ask(Run(3), RunPriority.Normal);
        Assert.Equal(Now.AddSeconds(70), places.OpensAt(rate, Now.AddSeconds(30)));
        Assert.Null(places.OpensAt(rate, Now.AddSeconds(70)));
        Assert.Null(places.OpensAt(new RunGroup { MaxConcurrentRuns = 1 }, Now.AddSeconds(30)));
    }

    private static RunId Run(int n) => RunId.Of("t", Now.AddSeconds(n));
}
