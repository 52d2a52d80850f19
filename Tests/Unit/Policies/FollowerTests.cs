using OrleansTasks.Policies;
using OrleansTasks.Values;

namespace OrleansTasks.Tests.Unit.Policies;

/// <summary>Tests which runs follow a run that has ended.</summary>
public sealed class FollowerTests
{
    private static readonly DateTimeOffset At = new(2026, 3, 2, 8, 0, 0, TimeSpan.Zero);
    private static readonly Continuation[] All = [new("good"), new("bad") { On = ContinuationTrigger.Failed },
        new("any") { On = ContinuationTrigger.Finished }];

    [Theory]
    [InlineData(RunStatus.Succeeded, "good any")]
    [InlineData(RunStatus.Failed, "bad any")]
    [InlineData(RunStatus.TimedOut, "bad any")]
    [InlineData(RunStatus.Lost, "bad any")]
    [InlineData(RunStatus.Expired, "bad any")]
    [InlineData(RunStatus.Cancelled, "any")]
    public void Of_AnEnd_ReturnsMatchingContinuations(RunStatus status, string expected) =>
        Assert.Equal(expected, string.Join(' ', Followers.Of(Result(status), All, null).Select(f => f.Task)));

    [Fact]
    public void Headers_OfTheRun_AreInheritedAndOverriddenByTheContinuation()
    {
        var inherited = TaskHeaders.Of(new Dictionary<string, string> { ["tenant"] = "run's", ["trace"] = "1" });
        var then = new Continuation("a") { Headers = new Dictionary<string, string> { ["tenant"] = "its own" } };
        var options = Followers.Of(Result(RunStatus.Succeeded), [then], [new Continuation("b")], inherited).Select(f => f.Request.Options!)
            .ToList();
        Assert.Equal(("its own", "1"), (options[0].Headers!["tenant"], options[0].Headers!["trace"]));
        Assert.Equal(inherited, options[1].Headers);
        Assert.Null(Followers.Of(Result(RunStatus.Succeeded), [new Continuation("b")], null)[0].Request.Options!.Headers);
        Assert.Equal("its own", Followers.OfBatch(Guid.NewGuid(), then, new BatchInfo { Id = Guid.NewGuid() }).Options!.Headers!["tenant"]);
    }

    [Fact]
    public void Of_TheSameEnd_HaveTheSameIds_AndDifferentOnesEach()
    {
        var twice = new[] { new Continuation("b"), new Continuation("b") };

        var first = Followers.Of(Result(RunStatus.Succeeded), twice, twice).Select(f => f.Request.Id).ToList();
        var again = Followers.Of(Result(RunStatus.Succeeded), twice, twice).Select(f => f.Request.Id).ToList();
        var other = Followers.Of(Result(RunStatus.Succeeded) with { RunId = RunId.Of("a", At.AddSeconds(1)) }, twice, twice)
            .Select(f => f.Request.Id);

        Assert.Equal(first, again);
        Assert.Equal(4, first.Distinct().Count());
        Assert.Empty(first.Intersect(other));
    }

    [Fact]
    public void Of_ARun_HaveTheSameIdsAfterTaskChanges()
    {
        Continuation[] own = [new("b"), new("c")];

        var first = Followers.Of(Result(RunStatus.Succeeded), [new("b")], own);
        var again = Followers.Of(Result(RunStatus.Succeeded), [new("b"), new("x"), new("y")], own);

        Assert.Equal(first.Skip(1).Select(f => f.Request.Id), again.Skip(3).Select(f => f.Request.Id));
        Assert.Equal(first[0].Request.Id, again[0].Request.Id);
        Assert.Equal(5, again.Select(f => f.Request.Id).Distinct().Count());
    }

    [Fact]
    public void Of_AnEndWithTheDeepestValue_PassIt()
    {
        var deep = Result(RunStatus.Succeeded) with
        {
            Json = System.Text.Encoding.UTF8.GetBytes(new string('[', 64) + new string(']', 64))
        };

        var given = Assert.Single(Followers.Of(deep, null, [new("result") { Pass = PassedArgument.Result }])).Request.Arguments!;

        // The continuation's task reports that the value is nested too deeply.
        Assert.Contains(new string('[', 64), given.ToString(), StringComparison.Ordinal);
        Assert.NotNull(given.Fault());
    }

    [Fact]
    public void Of_AnEndWithAValue_PassTheChosenArguments()
    {
        var result = Result(RunStatus.Succeeded) with { Json = "{\"n\":1}"u8.ToArray(), Stack = "secret" };
        Continuation[] all = [new("value"), new("result") { Pass = PassedArgument.Result }, new("none") { Pass = PassedArgument.None },
            new("own") { Arguments = [5] }];

        var given = Followers.Of(result, null, all).Select(f => f.Request.Arguments).ToList();

        Assert.Equal("[{\"n\":1}]", given[0]!.ToString());
        Assert.Contains("\"status\":\"succeeded\"", given[1]!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", given[1]!.ToString(), StringComparison.Ordinal);
        Assert.Null(given[2]);
        Assert.Equal(TaskArguments.Of(5), given[3]);
        Assert.Null(Followers.Of(Result(RunStatus.Failed), null, [new("value") { On = ContinuationTrigger.Failed }])[0].Request.Arguments);
    }

    [Fact]
    public void Of_AnEnd_RequestRepeatedly_StoresOneRun()
    {
        var request = Assert.Single(Followers.Of(Result(RunStatus.Succeeded), [new("a") { Delay = TimeSpan.FromSeconds(5) }], null))
            .Request;

        Assert.True(request.Repeated);
        Assert.Equal(RunId.Of("a", At), request.Parent);
        Assert.False(request.FollowsBatch);
        Assert.Equal(
            new DispatchOptions
            {
                Delay = TimeSpan.FromSeconds(5),
                IdempotencyKey = $"follows:{request.Id:N}",
                IdempotencyRetention = TimeSpan.FromMinutes(5)
            }, request.Options);
    }

    [Fact]
    public void OfBatch_Ended_PassesItsInfoUnlessDisabled()
    {
        var batch = Guid.Parse("0199f3a2-6d2c-7c1e-9d5f-0123456789ab");
        var end = new BatchInfo { Id = batch, Total = 3, Succeeded = 2, Failed = 1 };

        var request = Followers.OfBatch(batch, new Continuation("a"), end);

        Assert.True(request.FollowsBatch);
        Assert.Null(request.Parent);
        Assert.Equal(2, request.Arguments!.Positional[0].GetProperty("succeeded").GetInt32());
        Assert.Null(Followers.OfBatch(batch, new Continuation("a") { Pass = PassedArgument.None }, end).Arguments);
        Assert.Equal(TaskArguments.Of(7), Followers.OfBatch(batch, new Continuation("a") { Arguments = [7] }, end).Arguments);
    }

    [Fact]
    public void OfBatch_TheSameBatch_HasTheSameId_AndAnotherThanItsRunsHave()
    {
        var (batch, other) = (Guid.Parse("0199f3a2-6d2c-7c1e-9d5f-0123456789ab"), Guid.Parse("0199f3a2-6d2c-7c1e-9d5f-0123456789ac"));

        Assert.Equal(IdOf(batch), IdOf(batch));
        Assert.NotEqual(IdOf(batch), IdOf(other));
        Assert.DoesNotContain(IdOf(batch), Enumerable.Range(0, 10).Select(n => Followers.IdOf(batch.ToString("N"), n)));

        static Guid IdOf(Guid id) => Followers.OfBatch(id, new Continuation("a"), new BatchInfo { Id = id }).Id;
    }

    public static TheoryData<TaskException, bool> Refusals => new()
    {
        { new TaskNotFoundException("a"), true },
        { new TaskCancelledException("a"), true },
        { new TaskArgumentException("a", "n", "no number"), true },
        { new InvalidTaskException("a", ["fault"]), true },
        { new PayloadTooLargeException("a", "arguments", 2, 1), true },
        { new TaskConflictException("a", "another"), true },
        { new TasksOverloadedException("a", "too many", TimeSpan.FromSeconds(1)), false },
        { new SchedulerStoppedException("a"), false },
        { new TaskStorageException("no answer"), false },
        { new TaskException("a", "something else"), false },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public void IsRefused_AnError_IsTrueWhereARetryIsUseless(TaskException error, bool refused) =>
        Assert.Equal(refused, Followers.IsRefused(error));

    [Fact]
    public void Faults_OfContinuations_NameEach()
    {
        Continuation[] all = [new("ok"), new(""),
            new("x") { On = (ContinuationTrigger)9, Pass = (PassedArgument)9, Delay = TimeSpan.FromDays(25) }];

        Assert.Equal(["Then[1].Task:", "Then[2].On", "Then[2].Pass", "Then[2].Delay"],
            Continuation.Faults("Then", all).Select(f => f.Split(' ')[0]));
        Assert.Contains("21 continuations", Assert.Single(Continuation.Faults("Then", [.. Enumerable.Repeat(new Continuation("a"), 21)])),
            StringComparison.Ordinal);
        Assert.Empty(Continuation.Faults("Then", null));
    }

    private static TaskResult Result(RunStatus status) => new() { RunId = RunId.Of("a", At), Status = status, FinishedAt = At };
}
