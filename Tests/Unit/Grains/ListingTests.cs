using CsCheck;
using OrleansTasks.Partitions;
using OrleansTasks.Records;
using OrleansTasks.Registry;

namespace OrleansTasks.Tests.Unit;

public sealed class ListingTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Find_ByNextDuePageByPage_ReturnsAllInOrderOnce()
    {
        var schedules = Gen.OneOf(Gen.Const((TaskSchedule?)null),
            Gen.Int[1, 5].Select(h => (TaskSchedule?)TaskSchedule.Every(TimeSpan.FromHours(h))),
            Gen.Int[0, 23].Select(h => (TaskSchedule?)TaskSchedule.Cron($"0 {h} * * *")));
        Gen.Select(schedules.Array[0, 40], Gen.Int[1, 7]).Sample((all, page) =>
        {
            var listing = ListingOf([.. all.Select((s, i) => Entry($"task-{i % 7}-{i}") with { Schedule = s })]);
            var query = new TaskQuery { Order = TaskOrder.NextDue };
            var whole = listing.Find(query, 1000);
            var paged = new List<TaskInfo>();
            while (listing.Find(query, page) is { Count: > 0 } found)
            {
                paged.AddRange(found);
                query = query.From(found[^1]);
            }

            Assert.Equal(whole.Select(t => t.Name), paged.Select(t => t.Name));
            Assert.Equal(whole.OrderBy(t => TaskRank.Of(t, TaskOrder.NextDue)).Select(t => t.Name), whole.Select(t => t.Name));
            Assert.Equal(all.Length, whole.Count);
        });
    }

    [Theory]
    [InlineData("search", "Invoice.send", "invoice.check")]
    [InlineData("tag", "Invoice.send", "other")]
    [InlineData("homeless", "other")]
    [InlineData("paused", "invoice.check")]
    public void Find_Filtered_ReturnsMatchingTasks(string filter, params string[] expected)
    {
        var listing = ListingOf(
            Entry("Invoice.send") with { Options = new TaskOptions { Tags = ["Billing"] } },
            Entry("invoice.check") with { State = TaskState.Paused, PausedAt = Now },
            Entry("other") with { Handler = "gone", Options = new TaskOptions { Tags = ["billing", "x"] } });
        var query = filter switch
        {
            "search" => new TaskQuery { Search = "INVOICE" },
            "tag" => new TaskQuery { Tag = "billing" },
            "homeless" => new TaskQuery { HandlerAvailable = false },
            _ => new TaskQuery { State = TaskState.Paused },
        };

        var found = listing.Find(query, 10);

        Assert.Equal(expected, found.Select(t => t.Name));
        Assert.All(found, t => Assert.True(query.Matches(t)));
        Assert.Equal(expected.Length, listing.Count(query with { Limit = 1, After = "zzz" }));
    }

    [Fact]
    public void Overview_OfAllStates_CountsAndListsThem()
    {
        var overview = ListingOf(
            Entry("active") with { Schedule = TaskSchedule.Every(TimeSpan.FromMinutes(1)) },
            Entry("asked"),
            Entry("paused") with
            {
                State = TaskState.Paused,
                PausedAt = Now.AddHours(-1),
                PauseNote = "note",
                Schedule = TaskSchedule.Every(TimeSpan.FromMinutes(1))
            },
            Entry("over") with { Schedule = TaskSchedule.Every(TimeSpan.FromDays(1)).Until(Now.AddDays(-1)) },
            Entry("cancelled") with { State = TaskState.Cancelled, Handler = "gone" },
            Entry("homeless") with { Handler = "gone" }).Overview();

        Assert.Equal((3L, 1L, 1L, 1L, 1L, 1L),
            (overview.Active, overview.Paused, overview.Completed, overview.Cancelled, overview.Scheduled, overview.WithoutHandler));
        Assert.Equal(["active"], overview.NextDue.Select(t => t.Name));
        Assert.Equal(("paused", "note"), (overview.LastPaused.Single().Name, overview.LastPaused.Single().PauseNote));
        Assert.Equal(["homeless"], overview.FirstWithoutHandler.Select(t => t.Name));
    }

    [Fact]
    public void Overview_OfSeveralPartitions_AddsThemUp()
    {
        var one = new TasksOverview
        {
            Active = 2,
            NextDue = [Info("b", 2), Info("d", 4)],
            Silos = [new("S1", 3, 1, 1), new("S2", null, null, 0)]
        };
        var other = new TasksOverview { Active = 1, NextDue = [Info("a", 1), Info("c", 3)], Silos = [new("S1", 4, 0, 1)] };

        var all = TasksOverview.Of([one, other]);

        Assert.Equal(3, all.Active);
        Assert.Equal(["a", "b", "c", "d"], all.NextDue.Select(t => t.Name));
        Assert.Equal([new SiloOverview("S1", 4, 0, 2), new SiloOverview("S2", null, null, 0)], all.Silos);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(" x", true)]
    [InlineData("a,b", true)]
    [InlineData("night shift", false)]
    public void Tags_AreChecked(string tag, bool isFault) =>
        Assert.Equal(isFault, new TaskOptions { Tags = [tag] }.Faults().Any());

    private static TaskInfo Info(string name, int due) => new() { Name = name, Handler = "here", NextDue = Now.AddHours(due) };

    private static TaskEntry Entry(string name) =>
        new()
        {
            Name = name,
            Handler = "here",
            Anchor = Now.AddDays(-9),
            CreatedAt = Now.AddDays(-9),
            UpdatedAt = Now.AddDays(-9),
            Revision = 1
        };

    private static Listing ListingOf(params TaskEntry[] entries)
    {
        var state = new PartitionState();
        state.SetHeader(new PartitionHeader { Id = Guid.NewGuid(), Partitions = 1, Started = true, StartedAt = Now.AddDays(-9) });
        foreach (var entry in entries)
        {
            state.SetTask(entry);
        }

        return new Listing(state, handler => handler == "here", Now, started: true);
    }
}
