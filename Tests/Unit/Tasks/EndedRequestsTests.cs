using OrleansTasks.Tasks;

namespace OrleansTasks.Tests.Unit;

public sealed class EndedRequestsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(17)]
    [InlineData(EndedRequests.Most)]
    [InlineData(EndedRequests.Most + 1)]
    [InlineData((2 * EndedRequests.Most) + 5)]
    public void Has_OfTheLastOnes_IsTrue(int count)
    {
        var ended = new EndedRequests();
        var ids = Enumerable.Range(0, count).Select(static _ => Guid.NewGuid()).ToList();
        ids.ForEach(ended.Add);

        var kept = Math.Min(count, EndedRequests.Most);
        Assert.True(ended.Has(ids[^1]));
        Assert.True(ended.Has(ids[^kept]));
        Assert.False(ended.Has(Guid.NewGuid()));
        Assert.Equal(count <= EndedRequests.Most, ended.Has(ids[0]));
    }

    [Fact]
    public void Has_OfNone_IsFalse() => Assert.False(new EndedRequests().Has(Guid.NewGuid()));
}
