using CsCheck;
using OrleansTasks.Tasks;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests how many runs of a task may execute and start.</summary>
public sealed class TaskPlacesTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TaskOptions Two = new() { MaxConcurrentRuns = 2 };
    private static readonly TaskOptions Rated = new() { RateLimit = new RateLimit { Runs = 2, Period = TimeSpan.FromSeconds(10) } };
    private readonly TaskPlaces _places = new();

    [Fact]
    public void Take_WithoutLimits_NeedsNoPlace()
    {
        Assert.Null(_places.Take(Run(1), TaskOptions.Default, Now));
        Assert.False(_places.Has(Run(1)));
        Assert.Equal(int.MaxValue, _places.Room(TaskOptions.Default, Now));
    }

    [Fact]
    public void Take_BeyondTheLimit_FailsUntilAPlaceIsReleased()
    {
        Assert.Null(_places.Take(Run(1), Two, Now));
        Assert.Null(_places.Take(Run(1), Two, Now));
        Assert.Equal(1, _places.Room(Two, Now));
        Assert.Null(_places.Take(Run(2), Two, Now));
        Assert.Equal("one of the 2 places of its task", _places.Take(Run(3), Two, Now));
        Assert.False(_places.Has(Run(3)));

        _places.Leave(Run(1));
        Assert.Null(_places.Take(Run(3), Two, Now));
    }

    [Fact]
    public void Adopt_BeyondTheLimit_Counts()
    {
        for (var n = 0; n < 3; n++)
        {
            _places.Adopt(Run(n));
        }

        Assert.Equal(0, _places.Room(Two, Now));
        _places.Leave(Run(0));
        Assert.NotNull(_places.Take(Run(9), Two, Now));
        _places.Leave(Run(1));
        Assert.Null(_places.Take(Run(9), Two, Now));
    }

    [Fact]
    public void Lend_AndTakeBack_NextFreePlaceGoesToTheLender()
    {
        _places.Take(Run(1), Two, Now);
        _places.Take(Run(2), Two, Now);
        Assert.True(_places.Lend(Run(1), Two));
        Assert.False(_places.Lend(Run(1), Two));
        Assert.Null(_places.Take(Run(3), Two, Now));
        Assert.False(_places.TakeBack(Run(1), Two));
        Assert.False(_places.TakeBack(Run(1), Two));

        _places.Leave(Run(3));
        Assert.Equal(0, _places.Room(Two, Now));
        Assert.Equal("one of the 2 places of its task", _places.Take(Run(4), Two, Now));
        Assert.True(_places.TakeBack(Run(1), Two));
        Assert.True(_places.Has(Run(1)));

        // No trace of the loan remains: the run is not in the queue, and has lent nothing.
        _places.Leave(Run(2));
        Assert.Equal(1, _places.Room(Two, Now));
        _places.Take(Run(5), Two, Now);
        Assert.True(_places.TakeBack(Run(1), Two));
        _places.Leave(Run(5));
        Assert.Equal(1, _places.Room(Two, Now));
    }

    /// <summary>
    /// Two runs lent the only place one after the other, and a third has it now. The two must not wait for each other forever.
    /// </summary>
    [Fact]
    public void TakeBack_OfSeveralAtOnce_GivesThePlaceToTheFirst()
    {
        var one = new TaskOptions { MaxConcurrentRuns = 1 };
        for (var n = 1; n <= 2; n++)
        {
            Assert.Null(_places.Take(Run(n), one, Now));
            Assert.True(_places.Lend(Run(n), one));
        }

        Assert.Null(_places.Take(Run(3), one, Now));
        Assert.False(_places.TakeBack(Run(2), one));
        Assert.False(_places.TakeBack(Run(1), one));

        _places.Leave(Run(3));
        Assert.False(_places.TakeBack(Run(1), one));
        Assert.True(_places.TakeBack(Run(2), one));
        _places.Leave(Run(2));
        Assert.True(_places.TakeBack(Run(1), one));
    }

    [Fact]
    public void Lend_AndLeave_ReleasesTheLentPlace()
    {
        _places.Take(Run(1), Two, Now);
        _places.Lend(Run(1), Two);
        _places.Leave(Run(1));
        Assert.True(_places.TakeBack(Run(1), Two));
        Assert.False(_places.Has(Run(1)));
        Assert.Equal(2, _places.Room(Two, Now));
        Assert.False(_places.Lend(Run(7), Two));
    }

    [Fact]
    public void Lend_OfATaskWithoutPlaces_ChangesNothing()
    {
        _places.Adopt(Run(1));
        Assert.False(_places.Lend(Run(1), TaskOptions.Default));
        Assert.True(_places.Has(Run(1)));
    }

    [Fact]
    public void Take_BeforeTheRateIsKnown_Waits()
    {
        Assert.Equal((0, null), (_places.Room(Rated, Now), _places.OpensAt(Rated, Now)));
        Assert.Equal("its task's rate to be known", _places.Take(Run(1), Rated, Now));

        _places.LearnRate([Now.AddSeconds(-4)]);
        Assert.True(_places.KnowsRate);
        Assert.Null(_places.Take(Run(1), Rated, Now));
        Assert.Equal("its task's rate, 2 in 00:00:10", _places.Take(Run(2), Rated, Now));
        Assert.Equal(Now.AddSeconds(6), _places.OpensAt(Rated, Now));
        Assert.Null(_places.OpensAt(TaskOptions.Default, Now));

        // The end of a run does not free its start in the rate limit.
        _places.Leave(Run(1));
        Assert.Equal(0, _places.Room(Rated, Now.AddSeconds(5)));
        Assert.Equal(1, _places.Room(Rated, Now.AddSeconds(6)));
    }

    /// <summary>
    /// After any sequence of steps, no more runs execute than there are places, and every run that lent its place gets it back.
    /// </summary>
    [Fact]
    public void Places_InAnyOrderOfSteps_NeverExceedTheLimit() => Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5]).List[0, 60].Sample(steps =>
    {
        var places = new TaskPlaces();
        var (held, lent) = (new HashSet<int>(), new HashSet<int>());
        foreach (var (step, run) in steps)
        {
            switch (step)
            {
                case 0 when !lent.Contains(run):
                    if (places.Take(Run(run), Two, Now) is null)
                    {
                        held.Add(run);
                    }

                    break;
                case 1:
                    Assert.Equal(held.Contains(run), places.Lend(Run(run), Two));
                    if (held.Remove(run))
                    {
                        lent.Add(run);
                    }

                    break;
                case 2 when lent.Contains(run):
                    if (places.TakeBack(Run(run), Two))
                    {
                        lent.Remove(run);
                        held.Add(run);
                    }

                    break;
                case 3:
                    places.Leave(Run(run));
                    held.Remove(run);
                    lent.Remove(run);
                    break;
            }

            Assert.True(held.Count <= 2);
            Assert.All(Enumerable.Range(0, 6), n => Assert.Equal(held.Contains(n), places.Has(Run(n))));
            Assert.InRange(places.Room(Two, Now), 0, 2 - held.Count);
        }

        // When all others have left, each run that lent a place gets it back.
        foreach (var run in held.ToList())
        {
            places.Leave(Run(run));
        }

        while (lent.Count > 0)
        {
            var back = lent.Where(n => places.TakeBack(Run(n), Two)).ToList();
            Assert.InRange(back.Count, 1, 2);
            back.ForEach(n => places.Leave(Run(n)));
            lent.ExceptWith(back);
        }

        Assert.Equal(2, places.Room(Two, Now));
    });

    private static Guid Run(int number) => new(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]);
}
