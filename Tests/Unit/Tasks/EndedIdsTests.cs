using OrleansTasks.Tasks;

namespace OrleansTasks.Tests.Unit;

public sealed class EndedIdsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(EndedIds.Most)]
    [InlineData(EndedIds.Most + 1)]
    [InlineData((2 * EndedIds.Most) + 5)]
    public void Has_RecentIds_IsTrue(int count)
    {
        var ended = new EndedIds();
        var ids = Enumerable.Range(0, count).Select(static _ => Guid.NewGuid()).ToList();
        ids.ForEach(ended.Add);

        var kept = Math.Min(count, EndedIds.Most);
        Assert.True(ended.Has(ids[^1]));
        Assert.True(ended.Has(ids[^kept]));
        Assert.False(ended.Has(Guid.NewGuid()));
        Assert.Equal(count <= EndedIds.Most, ended.Has(ids[0]));
    }

    [Fact]
    public void Has_OfNone_IsFalse() => Assert.False(new EndedIds().Has(Guid.NewGuid()));
}
