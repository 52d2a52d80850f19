using OrleansTasks.Client.Feeds;

namespace OrleansTasks.Tests.Unit.Client;

public sealed class RecentIdsTests
{
    [Fact]
    public void Add_KnownId_IsReportedUntilItExpires()
    {
        var recent = new RecentIds(2);
        var (one, two, three) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());

        Assert.Equal([true, false, true, true, false, true], new[] { one, one, two, three, two, one }.Select(recent.Add));
        Assert.Equal([true, true], new[] { Guid.Empty, Guid.Empty }.Select(recent.Add));
    }
}
