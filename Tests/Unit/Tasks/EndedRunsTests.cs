using CsCheck;
using OrleansTasks.Tasks;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests what is known about runs that end while answers are on their way.</summary>
public sealed class EndedRunsTests
{
    /// <summary>
    /// In any sequence, a watch knows all runs that ended since its start and none that ended before. Without watches, nothing is recorded.
    /// </summary>
    [Fact]
    public void Watch_AnyHistory_KnowsRunsEndedSince() =>
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 9]).Array[0, 60].Sample(steps =>
        {
            var ended = new EndedRuns();
            var ids = Enumerable.Range(0, 10).Select(static n => new Guid(n, 0, 0, new byte[8])).ToArray();
            var watches = new List<(GoneRuns Watch, HashSet<Guid> Since)>();
            foreach (var (what, which) in steps)
            {
                switch (what)
                {
                    case 0:
                        ended.Add(ids[which]);
                        watches.ForEach(w => w.Since.Add(ids[which]));
                        break;
                    case 1:
                        watches.Add((ended.Watch(), []));
                        break;
                    default:
                        if (watches.Count > 0)
                        {
                            watches[which % watches.Count].Watch.Dispose();
                            watches.RemoveAt(which % watches.Count);
                        }

                        break;
                }

                Assert.All(watches, w => Assert.All(ids, id => Assert.Equal(w.Since.Contains(id), w.Watch.Has(id))));
            }

            watches.ForEach(static w => w.Watch.Dispose());
            watches.ForEach(static w => w.Watch.Dispose());
            Assert.Equal(0, ended.Count);
        });
}
