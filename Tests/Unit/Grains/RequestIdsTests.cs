using OrleansTasks.Partitions;

namespace OrleansTasks.Tests.Unit.Grains;

public sealed class RequestIdsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private readonly Dictionary<string, string> _stored = new(StringComparer.Ordinal);

    [Fact]
    public void Find_KnownRequest_ReturnsTheFirstResponse()
    {
        var ids = Make();
        var (run, yes, no) = (New(), New(), New());
        ids.Add([run, run], Now);
        ids.Add(yes, true, Now);
        ids.Add(yes, false, Now);
        ids.Add(no, false, Now);
        ids.Add(Guid.Empty, true, Now);

        Assert.Equal([false, true, false, null, null], new[] { run, yes, no, New(), Guid.Empty }.Select(ids.Find));
        Assert.Equal(3, ids.Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(4_096)]
    [InlineData(50_000)]
    public void Load_StoredRequests_RoundTrips(int count)
    {
        var ids = Make();
        var added = Enumerable.Range(0, count).Select(_ => New()).ToList();
        foreach (var block in added.Chunk(7_000))
        {
            ids.Add(block, Now);
        }

        ids.Add(added[0], true, Now);
        var again = Load();

        Assert.All(added, id => Assert.False(again.Find(id)));
        Assert.Equal((count, count), (ids.Count, again.Count));
        Assert.Null(again.Find(New()));
        Assert.Equal(_stored, again.Keys.ToDictionary(k => k, k => again.GetJson(k)!));
    }

    [Fact]
    public void Add_OneByOne_KeepsFewItems()
    {
        var ids = Make();
        var added = Enumerable.Range(0, 20_000).Select(_ => New()).ToList();
        added.ForEach(id => ids.Add([id], Now));

        Assert.All(added, id => Assert.False(ids.Find(id)));
        Assert.InRange(_stored.Count, 1, 1_100);
        Assert.InRange(_stored.Sum(s => s.Value.Length), 0, 20_000 * 26);
    }

    [Fact]
    public void Add_BeyondTheLimit_DropsTheOldestAndReportsIt()
    {
        var ids = Make();
        ids.Capacity = 16_384;
        var old = New(Now.AddMinutes(-10));
        ids.Add([old], Now);
        for (var n = 0; n < 5; n++)
        {
            ids.Add([.. Enumerable.Range(0, 4_096).Select(_ => New(Now.AddMinutes(-5)))], Now);
        }

        Assert.InRange(ids.Count, 12_000, 16_384);
        Assert.Null(ids.Find(old));
        Assert.True(ids.MayHaveDropped(old));
        Assert.False(ids.MayHaveDropped(New(Now)));
        Assert.False(ids.MayHaveDropped(RunId.Of("task", Now.AddDays(-1)).Value));
        Assert.True(Load().MayHaveDropped(old));
    }

    [Fact]
    public void Sweep_AfterTheRetention_Drops()
    {
        var ids = Make();
        ids.MaxAge = 60;
        var id = New();
        ids.Add([id], Now);
        for (var n = 0; n < 59; n++)
        {
            ids.Sweep(Now);
        }

        Assert.False(ids.Find(id));
        for (var n = 0; n < 10; n++)
        {
            ids.Sweep(Now);
        }

        Assert.Null(ids.Find(id));
        Assert.Equal(["e:floor"], _stored.Keys);
    }

    [Fact]
    public void Sweep_IdsFromAWrongClock_DoesNotAgeNewIds()
    {
        var ids = Make();
        ids.MaxAge = 1;
        ids.Add([New(Now.AddYears(10))], Now);
        ids.Sweep(Now);
        ids.Sweep(Now);

        Assert.Equal(0, ids.Count);
        Assert.False(ids.MayHaveDropped(New(Now.AddMilliseconds(1))));
    }

    private static Guid New(DateTimeOffset? at = null) => RunId.NewValue(at ?? Now);

    private RequestIds Make() => new((key, json) =>
    {
        if (json is null)
        {
            _stored.Remove(key);
        }
        else
        {
            _stored[key] = json;
        }
    });

    private RequestIds Load()
    {
        var again = new RequestIds((_, _) => { });
        foreach (var (key, json) in _stored)
        {
            again.Load(key, json);
        }

        return again;
    }
}
