using OrleansTasks.Groups;

namespace OrleansTasks.Tests.Unit.Groups;

/// <summary>Which limits of a group count: those that somebody set last, or those that the code has.</summary>
public sealed class StoredGroupTests
{
    private static readonly RunGroup One = new() { MaxConcurrentRuns = 1 };
    private static readonly RunGroup Two = new() { MaxConcurrentRuns = 2 };
    private static readonly RunGroup Three = new() { MaxConcurrentRuns = 3 };

    [Fact]
    public void Put_OfTheSameRequestAgain_ChangesNothing_WhateverWasSetSince()
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
    public void Define_OfWhatTheCodeHadBefore_LeavesWhatWasSetSince()
    {
        var stored = new StoredGroup().Define(One, again: false).Put(Two, Guid.NewGuid());

        Assert.Same(stored, stored.Define(One, again: false));
        Assert.Equal(Three, stored.Define(Three, again: false).Limits);
    }

    /// <summary>A silo that says it again does not undo what a silo with newer code has said, and helps where everything was lost.</summary>
    [Fact]
    public void Define_Again_CountsOnlyWhereNothingIsKnown()
    {
        var stored = new StoredGroup().Define(One, again: false).Define(Two, again: false);

        Assert.Same(stored, stored.Define(One, again: true));
        Assert.Equal(One, new StoredGroup().Define(One, again: true).Limits);
    }

    [Fact]
    public void Record_OfAGroup_GivesTheGroupAgain()
    {
        var stored = new StoredGroup().Define(One, again: false).Put(Two with { RateLimit = new RateLimit { Runs = 5, Period = TimeSpan.FromSeconds(7) } }, Guid.NewGuid());

        var again = StoredGroup.Of(stored.ToRecord());

        Assert.Equal((stored.Limits, stored.Defined), (again.Limits, again.Defined));
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
