using CsCheck;
using OrleansTasks.Groups;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit.Groups;

/// <summary>Tests who gets a place in a group.</summary>
public sealed class GroupPlacesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Grant_WithALimit_FollowsPriorityThenOrder()
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
        places.Leave(Run(1).Value, Now);
        places.Ask(Run(1), RunPriority.Normal);

        Assert.Equal([Run(1)], places.Grant(new RunGroup { MaxConcurrentRuns = 1 }, Now));
    }

    [Fact]
    public void Release_UnusedPlace_DoesNotCountForTheRate()
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

        // A run without a place returns none.
        places.Release(Run(1).Value, unused: true);
        Assert.Empty(places.Grant(limits, Now));
    }

    [Fact]
    public void Grant_ToAnAbsentRun_IsSkipped()
    {
        var places = new GroupPlaces();
        places.Ask(Run(1), RunPriority.High);
        places.Leave(Run(1).Value, Now);
        places.Ask(Run(2), RunPriority.Low);

        Assert.Equal([Run(2)], places.Grant(new RunGroup { MaxConcurrentRuns = 1 }, Now));
    }

    [Fact]
    public void Grant_AtAnyTimes_NeverExceedsTheLimits() =>
        Gen.Select(Gen.Int[1, 5], Gen.Int[1, 6], Gen.Int[0, 3].Array[1, 200]).Sample((most, perMinute, steps) =>
        {
            var limits = new RunGroup
            {
                MaxConcurrentRuns = most,
                RateLimit = new RateLimit { Runs = perMinute, Period = TimeSpan.FromMinutes(1) }
            };
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
    public void Release_WaitingRun_RemovesItFromTheQueue()
    {
        var places = new GroupPlaces();
        places.Ask(Run(1), RunPriority.High);
        places.Ask(Run(2), RunPriority.Normal);
        places.Release(Run(1).Value);

        Assert.Equal([Run(2)], places.Grant(new RunGroup(), Now));
        Assert.Equal((0, 1, false), (places.Waiting, places.Held, places.Has(Run(1).Value)));
    }

    [Fact]
    public void Release_PlaceFromBeforeTheRate_DoesNotRefundTheRate()
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
    public void Hold_RunsWithPlaces_CountsThemEvenBeyondTheLimit()
    {
        var limits = new RunGroup { MaxConcurrentRuns = 2 };
        var places = new GroupPlaces();
        foreach (var n in new[] { 1, 2, 3 })
        {
            places.Hold(Run(n), default);
        }

        places.Ask(Run(4), RunPriority.High);
        places.Release(Run(1).Value);
        Assert.Empty(places.Grant(limits, Now));
        Assert.Equal([Run(2), Run(3)], places.Holders.Select(h => h.Run));

        places.Release(Run(2).Value);
        Assert.Equal([Run(4)], places.Grant(limits, Now));
    }

    [Fact]
    public void OpensAt_RateUsedUp_IsTheEndOfTheFirstPeriod()
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

        // No run waits.
        Assert.Null(places.OpensAt(rate, Now.AddSeconds(30)));
        places.Ask(Run(3), RunPriority.Normal);
        Assert.Equal(Now.AddSeconds(70), places.OpensAt(rate, Now.AddSeconds(30)));
        Assert.Null(places.OpensAt(rate, Now.AddSeconds(70)));
        Assert.Null(places.OpensAt(new RunGroup { MaxConcurrentRuns = 1 }, Now.AddSeconds(30)));
    }

    [Fact]
    public void Return_LentPlace_PrecedesNewRunsAndDoesNotCountForTheRate()
    {
        var limits = new RunGroup { MaxConcurrentRuns = 1, RateLimit = new RateLimit { Runs = 3, Period = TimeSpan.FromMinutes(1) } };
        var places = new GroupPlaces();
        foreach (var n in new[] { 1, 2, 3 })
        {
            places.Ask(Run(n), RunPriority.High);
        }

        Assert.Equal([Run(1)], places.Grant(limits, Now));
        places.Release(Run(1).Value);
        Assert.Equal([Run(2)], places.Grant(limits, Now));
        Assert.False(places.Return(Run(1), new PlaceMark(1, 2), limits, Now));
        Assert.False(places.Return(Run(1), new PlaceMark(1, 2), limits, Now));

        places.Release(Run(2).Value);
        Assert.Empty(places.Grant(limits, Now));
        Assert.True(places.Return(Run(1), new PlaceMark(1, 2), limits, Now));
        Assert.True(places.Return(Run(1), new PlaceMark(1, 2), limits, Now));
        Assert.Empty(places.Grant(limits, Now));
        Assert.Equal(1, places.Held);

        places.Release(Run(1).Value);
        Assert.Equal([Run(3)], places.Grant(limits, Now));
    }

    [Fact]
    public void Return_ByRunsThatNoLongerAsk_ReservesNoPlace()
    {
        var limits = new RunGroup { MaxConcurrentRuns = 1 };
        var places = new GroupPlaces();
        places.Hold(Run(1), default);
        Assert.False(places.Return(Run(2), new PlaceMark(1, 2), limits, Now));
        Assert.False(places.Return(Run(3), new PlaceMark(1, 2), limits, Now.AddSeconds(2)));
        places.Release(Run(1).Value);
        Assert.False(places.Return(Run(3), new PlaceMark(1, 2), limits, Now.AddSeconds(2)));

        // One run is lost with its silo, and the other has ended.
        places.ForgetLeft(Now.AddSeconds(1));
        Assert.True(places.Return(Run(3), new PlaceMark(1, 2), limits, Now.AddSeconds(3)));
        Assert.False(places.Return(Run(4), new PlaceMark(1, 2), limits, Now.AddSeconds(3)));
        places.Release(Run(4).Value);
        places.Release(Run(3).Value);
        places.Ask(Run(5), RunPriority.Low);
        Assert.Equal([Run(5)], places.Grant(limits, Now.AddSeconds(3)));
    }

    [Fact]
    public void TakeBack_PlaceReleasedSince_KeepsTheNewPlace()
    {
        var limits = new RunGroup { MaxConcurrentRuns = 1 };
        var places = new GroupPlaces();
        places.Ask(Run(1), RunPriority.Normal);
        places.Grant(limits, Now);
        var first = Assert.Single(places.Holders);
        places.Release(Run(1).Value);
        places.Ask(Run(1), RunPriority.Normal);
        places.Grant(limits, Now);

        places.TakeBack(first);
        Assert.True(places.Has(Run(1).Value));

        places.TakeBack(Assert.Single(places.Holders));
        Assert.False(places.Has(Run(1).Value));
        places.TakeBack(first);
    }

    [Fact]
    public void ForgetLeft_RunThatDoesNotAskAgain_LosesItsTurnOnly()
    {
        var places = new GroupPlaces();
        places.Ask(Run(1), RunPriority.Normal);
        places.Leave(Run(1).Value, Now);
        places.Ask(Run(2), RunPriority.Normal);
        places.Leave(Run(2).Value, Now.AddSeconds(1));
        places.Ask(Run(3), RunPriority.Normal);

        places.ForgetLeft(Now.AddSeconds(1));
        places.Ask(Run(1), RunPriority.Normal);
        places.Ask(Run(2), RunPriority.Normal);

        Assert.Equal([Run(2), Run(3), Run(1)], places.Grant(new RunGroup(), Now));
    }

    [Fact]
    public void Hold_WaitingRun_RemovesItFromTheQueue()
    {
        var places = new GroupPlaces();
        places.Ask(Run(1), RunPriority.Normal);
        places.Hold(Run(1), default);

        Assert.Equal((1, 0), (places.Held, places.Waiting));
        Assert.Empty(places.Grant(new RunGroup(), Now));
    }

    /// <summary>
    /// After any sequence of operations, no next run waits while there is room, no run is in two states, and the order is as documented.
    /// </summary>
    [Fact]
    public void Grant_AfterAnySteps_FillsFreePlacesInOrder() =>
        Gen.Select(Gen.Int[1, 4], Gen.Select(Gen.Int[0, 6], Gen.Int[0, 9], Gen.Int[0, 2]).Array[1, 150]).Sample((most, steps) =>
        {
            var limits = new RunGroup { MaxConcurrentRuns = most };
            var places = new GroupPlaces();
            var line = new List<(RunId Run, RunPriority Priority, bool IsHere)>();
            foreach (var (what, n, priority) in steps)
            {
                var run = Run(n);
                var known = line.FindIndex(w => w.Run == run);
                switch (what)
                {
                    case 0 or 1 or 2 when !places.Has(run.Value):
                        places.Ask(run, (RunPriority)priority);
                        if (known < 0)
                        {
                            line.Add((run, (RunPriority)priority, true));
                        }
                        else
                        {
                            line[known] = (run, (RunPriority)priority, true);
                        }

                        break;
                    case 3:
                        places.Leave(run.Value, Now);
                        if (known >= 0)
                        {
                            line[known] = line[known] with { IsHere = false };
                        }

                        break;
                    case 4:
                        places.Release(run.Value);
                        line.RemoveAll(w => w.Run == run);
                        break;
                    case 5 when places.Has(run.Value):
                        places.TakeBack(places.Holders.Single(h => h.Run == run));
                        break;
                    default:
                        places.Hold(run, default);
                        line.RemoveAll(w => w.Run == run);
                        break;
                }

                var room = Math.Max(0, most - places.Held);
                var expected = line.Where(w => w.IsHere)
                    .OrderBy(w => w.Priority switch { RunPriority.High => 0, RunPriority.Normal => 1, _ => 2 }).Take(room)
                    .Select(w => w.Run).ToList();
                Assert.Equal(expected, places.Grant(limits, Now));
                line.RemoveAll(w => expected.Contains(w.Run));
                Assert.Equal(line.Count(w => w.IsHere), places.Waiting);
                Assert.DoesNotContain(line, w => places.Has(w.Run.Value));
                Assert.True(places.Waiting == 0 || places.Held >= most);
            }
        });

    private static RunId Run(int n) => RunId.Of("t", Now.AddSeconds(n));
}
