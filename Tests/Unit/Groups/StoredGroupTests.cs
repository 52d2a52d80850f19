using OrleansTasks.Groups;

namespace OrleansTasks.Tests.Unit.Groups;

/// <summary>Tests which limits of a group apply: those that somebody set last, or those in code.</summary>
public sealed class StoredGroupTests
{
    private static readonly RunGroup One = new() { MaxConcurrentRuns = 1 };
    private static readonly RunGroup Two = new() { MaxConcurrentRuns = 2 };
    private static readonly RunGroup Three = new() { MaxConcurrentRuns = 3 };

    [Fact]
    public void Put_RepeatedRequest_KeepsLaterChanges()
    {
        var request = Guid.NewGuid();
        var stored = new StoredGroup().Put(One, request).Put(Two, Guid.NewGuid());

        Assert.Same(stored, stored.Put(One, request));
        Assert.Equal(Three, stored.Put(Three, Guid.Empty).Limits);
        Assert.Equal(stored.Requests, stored.Put(Three, Guid.Empty).Requests);
    }

    [Fact]
    public void Put_OfManyRequests_RemembersTheLast()
    {
        var requests = Enumerable.Range(0, StoredGroup.RememberedRequests + 10).Select(_ => Guid.NewGuid()).ToList();
        var stored = requests.Aggregate(new StoredGroup(), (s, r) => s.Put(One, r));

        Assert.Equal(requests.TakeLast(StoredGroup.RememberedRequests), stored.Requests);
    }

    [Fact]
    public void Define_UnchangedCode_KeepsLaterChanges()
    {
        var stored = new StoredGroup().Define(One, again: false).Put(Two, Guid.NewGuid());

        Assert.Same(stored, stored.Define(One, again: false));
        Assert.Equal(Three, stored.Define(Three, again: false).Limits);
    }

    /// <summary>
    /// A silo that repeats its limits does not override those of a silo with newer code. The repetition counts only if all limits were
    /// lost.
    /// </summary>
    [Fact]
    public void Define_Again_AppliesOnlyWhereNothingIsStored()
    {
        var stored = new StoredGroup().Define(One, again: false).Define(Two, again: false);

        Assert.Same(stored, stored.Define(One, again: true));
        Assert.Equal(One, new StoredGroup().Define(One, again: true).Limits);
    }

    [Fact]
    public void Configure_BySupersededConfiguration_ChangesNothing()
    {
        var stored = new StoredGroup().Define(One, again: false).Configure(Two, 7, again: false);

        Assert.Equal(Two, stored.Limits);
        Assert.Same(stored, stored.Configure(Three, 6, again: false));
        Assert.Same(stored, stored.Configure(null, 6, again: false));

        // Limits that somebody set stay when the same configuration arrives again. The next configuration returns the limits to the code.
        var set = stored.Put(Three, Guid.NewGuid());
        Assert.Same(set, set.Configure(Two, 7, again: false));
        Assert.Equal((One, 8), set.Configure(null, 8, again: false) is var back ? (back.Limits, back.Configured) : default);
        Assert.Equal(new RunGroup(), new StoredGroup().Configure(Two, 7, again: false).Configure(null, 8, again: false).Limits);
    }

    /// <summary>A silo without configuration, or whose configuration does not name the group, sends the limits in its code.</summary>
    [Fact]
    public void Define_GroupSetByConfiguration_IsOnlyRecorded()
    {
        var stored = StoredGroup.Of(new StoredGroup().Configure(Two, 7, again: false).ToRecord()).Define(One, again: false);

        Assert.Equal(Two, stored.Limits);
        Assert.Equal(One, stored.Configure(null, 8, again: false).Limits);
        Assert.Equal(Three, stored.Configure(null, 8, again: false).Define(Three, again: false).Limits);
    }

    [Fact]
    public void Configure_Again_AppliesOnlyWhereNothingIsStored()
    {
        var stored = new StoredGroup().Configure(Two, 7, again: false).Put(Three, Guid.NewGuid());

        Assert.Same(stored, stored.Configure(Two, 7, again: true));
        Assert.Equal(Two, StoredGroup.Of(null).Define(One, again: true).Configure(Two, 7, again: true).Limits);
    }

    [Fact]
    public void Record_OfAGroup_RoundTrips()
    {
        var stored = new StoredGroup().Define(One, again: false).Configure(Three, 5, again: false)
            .Put(Two with { RateLimit = new RateLimit { Runs = 5, Period = TimeSpan.FromSeconds(7) } }, Guid.NewGuid());

        var again = StoredGroup.Of(stored.ToRecord());

        Assert.Equal((stored.Limits, stored.Defined, 5), (again.Limits, again.Defined, again.Configured));
        Assert.Equal(stored.Requests, again.Requests);
    }

    [Fact]
    public void Record_OfAnEarlierVersion_IsRead()
    {
        var stored = StoredGroup.Of(new RunGroupRecord { Limits = """{"maxConcurrentRuns":3}""", Requests = null });

        Assert.Equal((3, null, 0), (stored.Limits.MaxConcurrentRuns, stored.Defined, stored.Requests.Count));
        Assert.Equal(new RunGroup(), StoredGroup.Of(null).Limits);
    }
}
