using System.Text.Json;
using OrleansTasks.Handlers;

namespace OrleansTasks.Tests.Unit.Operations;

/// <summary>Tests the argument and the result of the engine's own task.</summary>
public sealed class RetryRunsTests
{
    /// <summary>The task gets the query as JSON. If a condition were lost on the way, it would retry too many runs.</summary>
    [Fact]
    public void Query_WithAllConditions_RoundTrips()
    {
        var now = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
        var query = new RunQuery
        {
            Statuses = [RunStatus.Failed, RunStatus.Lost],
            Task = "t",
            Handler = "h",
            Tag = "tag",
            Group = "g",
            Batch = Guid.NewGuid(),
            Parent = new RunId("p", Guid.NewGuid()),
            RequestedBy = "alice",
            Silo = "S1",
            Trigger = RunTrigger.Manual,
            ErrorType = "E",
            Headers = new Dictionary<string, string> { ["tenant"] = "5" },
            Text = "text",
            From = now,
            To = now.AddDays(1),
            DueFrom = now.AddDays(2),
            DueTo = now.AddDays(3),
            StartedFrom = now.AddDays(4),
            StartedTo = now.AddDays(5),
            MinDuration = TimeSpan.FromSeconds(1),
            MaxDuration = TimeSpan.FromSeconds(2),
            MinLateness = TimeSpan.FromSeconds(3),
            Sort = RunSort.Lateness,
            Ascending = true,
            DeadLetters = [DeadLetterState.Open],
            Limit = 7,
            After = "x",
        };
        var unset = typeof(RunQuery).GetProperties().Where(p => p.CanWrite && Equals(p.GetValue(query), p.GetValue(new RunQuery())))
            .Select(static p => p.Name);
        Assert.Empty(unset);

        var back = JsonSerializer.Deserialize<RunQuery>(JsonSerializer.Serialize(query, TaskJson.Options), TaskJson.Options)!;
        foreach (var property in typeof(RunQuery).GetProperties().Where(static p => p.CanWrite))
        {
            Assert.Equal(property.GetValue(query), property.GetValue(back));
        }
    }

    /// <summary>
    /// A silo that runs no tasks, such as a developer's machine in a shared cluster, does not run the engine's own tasks either.
    /// </summary>
    [Theory]
    [InlineData("*", 2)]
    [InlineData("a", 2)]
    [InlineData("b", 0)]
    [InlineData("", 0)]
    public void Only_SiloThatRunsAnyTask_RunsSystemTasks(string names, int count)
    {
        var catalog = new HandlerCatalog(new Dictionary<string, ITaskInvoker> { ["a"] = null!, ["orleanstasks.retry-runs"] = null! }, []);
        Assert.Equal(count, catalog.Only(NamePatterns.Parse(names)).Names.Count());
    }

    [Theory]
    [InlineData("orleanstasks.mine")]
    [InlineData("OrleansTasks.retry-runs")]
    public void Define_ReservedName_IsAFault(string name)
    {
        var tasks = new TasksBuilder(new Microsoft.Extensions.DependencyInjection.ServiceCollection());
        tasks.Define(name, static () => 1);
        Assert.Contains("reserved for the engine's own tasks", Assert.Single(tasks.Faults), StringComparison.Ordinal);
    }
}
