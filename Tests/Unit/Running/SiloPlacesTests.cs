using CsCheck;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>Tests who gets the places of a silo.</summary>
public sealed class SiloPlacesTests
{
    [Fact]
    public void Admit_ByRank_ReservesPlacesForOccurrences()
    {
        var places = new SiloPlaces(1, 2, 10, 1000);

        Assert.Equal(PlaceAdmission.Placed, places.Admit(PlaceRank.High, 0, mayWait: false));
        Assert.Equal(PlaceAdmission.Refused, places.Admit(PlaceRank.High, 0, mayWait: false));
        Assert.False(places.HasRoom);
        Assert.Equal(PlaceAdmission.Placed, places.Admit(PlaceRank.Occurrence, 0, mayWait: false));
        Assert.Equal(PlaceAdmission.Refused, places.Admit(PlaceRank.Occurrence, 0, mayWait: false));
    }

    [Fact]
    public void Admit_ToTheQueue_IsLimitedByCountAndBytes()
    {
        var places = new SiloPlaces(0, 0, 2, 100);

        Assert.Equal(PlaceAdmission.Refused, places.Admit(PlaceRank.Normal, 101, mayWait: true));
        Assert.Equal(PlaceAdmission.Waits, places.Admit(PlaceRank.Normal, 60, mayWait: true));
        Assert.Equal(PlaceAdmission.Refused, places.Admit(PlaceRank.Normal, 60, mayWait: true));
        Assert.Equal(PlaceAdmission.Waits, places.Admit(PlaceRank.Normal, 40, mayWait: true));
        Assert.Equal(PlaceAdmission.Refused, places.Admit(PlaceRank.Normal, 0, mayWait: true));
        places.GiveUpSpot(60);
        Assert.Equal(PlaceAdmission.Waits, places.Admit(PlaceRank.Normal, 60, mayWait: true));
        Assert.Equal(2, places.Queued);
    }

    /// <summary>
    /// After any sequence of operations, nobody waits while there is room, ranks and turns are respected, and the counts are right.
    /// </summary>
    [Fact]
    public void Places_AfterAnySteps_AreGivenInOrderAndNoneStaysFree() =>
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], Gen.Select(Gen.Int[0, 5], Gen.Int[0, 4], Gen.Int[0, 20]).Array[1, 150])
            .Sample((most, more, steps) =>
        {
            var places = new SiloPlaces(most, most + more, 8, 100);
            var (active, line) = (0, new List<(Taker Taker, PlaceRank Rank, int Bytes)>());
            foreach (var (what, rankNumber, bytes) in steps)
            {
                var rank = (PlaceRank)rankNumber;
                IReadOnlyList<IPlaceTaker> placed = [];
                if (what < 3)
                {
                    var waiting = line.Where(w => w.Rank != PlaceRank.Returning).ToList();
                    var expected = active < Most(rank) ? PlaceAdmission.Placed
                        : rank != PlaceRank.Returning && waiting.Count < 8 && waiting.Sum(w => w.Bytes) + bytes <= 100
                        ? PlaceAdmission.Waits : PlaceAdmission.Refused;
                    Assert.Equal(expected, places.Admit(rank, bytes, mayWait: rank != PlaceRank.Returning));
                    active += expected == PlaceAdmission.Placed ? 1 : 0;
                    if (expected == PlaceAdmission.Waits || (expected == PlaceAdmission.Refused && rank == PlaceRank.Returning))
                    {
                        line.Add((new Taker(), rank, bytes));
                        placed = places.Enter(line[^1].Taker, rank, bytes);
                    }
                }
                else if (what == 3 && line.Count > 0)
                {
                    Assert.True(places.Withdraw(line[bytes % line.Count].Taker));
                    Assert.False(places.Withdraw(line[bytes % line.Count].Taker));
                    line.RemoveAt(bytes % line.Count);
                }
                else if (active > 0)
                {
                    active--;
                    placed = places.GiveBack();
                }

                var next = new List<Taker>();
                while (line.Where(w => active < Most(w.Rank)).OrderBy(w => w.Rank).FirstOrDefault() is { Taker: not null } first)
                {
                    active++;
                    next.Add(first.Taker);
                    line.Remove(first);
                }

                Assert.Equal(next, placed);
                Assert.Equal((active, line.Count(w => w.Rank != PlaceRank.Returning)), (places.Active, places.Queued));
            }

            int Most(PlaceRank rank) => rank is PlaceRank.Returning or PlaceRank.Occurrence ? most + more : most;
        });

    /// <summary>
    /// Many threads come and go at once. Once, two threads could each see the other's attempt to take a place, and leave it free while
    /// somebody waited.
    /// </summary>
    [Fact]
    public void Places_OnManyThreads_AllAreGranted()
    {
        var places = new SiloPlaces(1, 1, 16, 1000);
        var (taken, done) = (0, 0);
        Parallel.For(0, 200_000, new ParallelOptions { MaxDegreeOfParallelism = 4 }, _ =>
        {
            switch (places.Admit(PlaceRank.Normal, 1, mayWait: true))
            {
                case PlaceAdmission.Placed:
                    Interlocked.Increment(ref taken);
                    Finish();
                    break;
                case PlaceAdmission.Waits:
                    Interlocked.Increment(ref taken);
                    Place(places.Enter(new Taker(Finish), PlaceRank.Normal, 1));
                    break;
            }
        });

        Assert.Equal((taken, 0, 0), (done, places.Active, places.Queued));

        void Finish()
        {
            Interlocked.Increment(ref done);
            Place(places.GiveBack());
        }

        static void Place(IReadOnlyList<IPlaceTaker> placed)
        {
            foreach (var taker in placed)
            {
                taker.OnPlace();
            }
        }
    }

    private sealed class Taker(Action? onPlace = null) : IPlaceTaker
    {
        public void OnPlace() => onPlace?.Invoke();
    }
}
