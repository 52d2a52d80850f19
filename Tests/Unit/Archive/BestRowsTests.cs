using CsCheck;
using OrleansTasks.Archive;
using OrleansTasks.Runs;

namespace OrleansTasks.Tests.Unit.Archive;

/// <summary>Tests the selection of a page among rows in any order.</summary>
public sealed class BestRowsTests
{
    [Fact]
    public void Add_OfRowsInAnyOrder_KeepsTheFirstOnes()
    {
        var row = Gen.Select(Gen.Long[0, 20], Gen.Guid, (key, id) => new RunRank(key, id));
        Gen.Select(row.List[0, 60], Gen.Int[1, 12], Gen.Bool).Sample((ranks, limit, ascending) =>
        {
            var best = new BestRows(ascending, limit);
            for (var slot = 0; slot < ranks.Count; slot++)
            {
                best.Add(slot, ranks[slot]);
            }

            var sorted = ranks.Select((rank, slot) => (slot, rank))
                .Order(Comparer<(int, RunRank Rank)>.Create((a, b) => RunRank.Compare(a.Rank, b.Rank, ascending)));
            Assert.Equal(sorted.Take(limit), best.ToList());
            Assert.Equal(ranks.Count > limit, best.HasMore);
        });
    }
}
