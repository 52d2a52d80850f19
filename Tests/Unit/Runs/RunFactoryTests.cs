using OrleansTasks.Records;
using OrleansTasks.Runs;
using OrleansTasks.Values;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests which properties a run has, by the way in which it is created.</summary>
public sealed class RunFactoryTests
{
    private static readonly DateTimeOffset Now = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly DateTimeOffset Due = Now.AddHours(1);
    private static readonly Guid Id = Guid.Parse("0199f3a2-6d2c-7c1e-9d5f-0123456789ab");
    private static readonly RunId Run = new("task", Id);

    private static readonly TaskEntry Task = new()
    {
        Name = "task",
        Handler = "handler",
        Generation = 7,
        Options = new TaskOptions
        {
            Timeout = TimeSpan.FromSeconds(10),
            RunTimeout = TimeSpan.FromMinutes(10),
            ExpireAfter = TimeSpan.FromMinutes(1),
            Priority = RunPriority.High,
        },
    };

    private static TaskEntry Plain => new() { Name = "task", Handler = "handler" };

    public static TheoryData<string, RunTrigger, RunGuarantee, DateTimeOffset, DateTimeOffset, string?> Ways => new()
    {
        { "request", RunTrigger.Request, RunGuarantee.AtMostOnce, Now, Now, "me" },
        { "dispatch", RunTrigger.Dispatch, RunGuarantee.AtLeastOnce, Due, Due, "me" },
        { "continuation", RunTrigger.Continuation, RunGuarantee.AtLeastOnce, Due, Due, "me" },
        { "after a batch", RunTrigger.Continuation, RunGuarantee.AtLeastOnce, Due, Due, "me" },
        { "of a batch", RunTrigger.Dispatch, RunGuarantee.AtLeastOnce, Due, Due, "me" },
        { "occurrence", RunTrigger.Schedule, RunGuarantee.AtMostOnce, Due, Due, null },
        { "catch-up", RunTrigger.Schedule, RunGuarantee.AtMostOnce, Now, Due, null },
        { "only occurrence", RunTrigger.Schedule, RunGuarantee.AtMostOnce, Due, Due, null },
        { "manual", RunTrigger.Manual, RunGuarantee.AtLeastOnce, Now, Now, "me" },
        { "backfill", RunTrigger.Backfill, RunGuarantee.AtLeastOnce, Due, Now, "me" },
    };

    /// <summary>Every run has the options of its task, or the defaults if the task has none, and belongs to its generation.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public void New_EachTrigger_HasTheTasksSettings(string way, RunTrigger trigger, RunGuarantee guarantee, DateTimeOffset scheduledAt,
        DateTimeOffset from, string? by)
    {
        var run = Make(way, Task);

        Assert.Equal("task", run.Id.Task);
        Assert.Equal((trigger, guarantee, scheduledAt, by), (run.Trigger, run.Guarantee, run.ScheduledAt, run.RequestedBy));
        Assert.Equal((7, RunPriority.High, TimeSpan.FromSeconds(10), from.AddMinutes(10)),
            (run.Generation, run.Priority, run.Timeout, run.Deadline));
        Assert.Equal(way is "dispatch" or "continuation" or "after a batch" or "of a batch" ? Due.AddMinutes(1) : null, run.ExpiresAt);
        Assert.Equal(way == "continuation" ? Run : null, run.Parent);
        Assert.Equal(way == "of a batch" ? new BatchMember(Id, 1) : null, run.Batch);

        var plain = Make(way, Plain);
        Assert.Equal((guarantee, null, null, RunPriority.Normal), (plain.Guarantee, plain.Deadline, plain.ExpiresAt, plain.Priority));
        var other = guarantee == RunGuarantee.AtMostOnce ? RunGuarantee.AtLeastOnce : RunGuarantee.AtMostOnce;
        Assert.Equal(other, Make(way, Plain with { Options = new TaskOptions { Guarantee = other } }).Guarantee);
    }

    /// <summary>Every run has the headers of its task. The run's own headers override them.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public void New_EachTrigger_HasTheTasksHeaders(string way, RunTrigger trigger, RunGuarantee guarantee, DateTimeOffset scheduledAt,
        DateTimeOffset from, string? by)
    {
        _ = (trigger, guarantee, scheduledAt, from, by);
        var task = Task with { Headers = TaskHeaders.Of(new Dictionary<string, string> { ["tenant"] = "task's", ["source"] = "code" }) };
        Assert.Equal(task.Headers, Make(way, task).Headers);
        Assert.Null(Make(way, Task).Headers);

        var given = new Dictionary<string, string> { ["Tenant"] = "given" };
        var run = way switch
        {
            "request" => RunFactory.Request(task, new RunRequest { Id = Id, Options = new RunOptions { Headers = given } }, Now, "me"),
            "dispatch" =>
                RunFactory.Dispatch(task, new DispatchRequest { Id = Id, Options = new DispatchOptions { Headers = given } }, Due, "me"),
            "manual" => RunFactory.Manual(task, Run, Now, "me", given),
            "backfill" => RunFactory.Backfill(task, Run, Due, Now, "me", given),
            _ => null,
        };
        Assert.Equal(run is null ? null : "given code", run is null ? null : $"{run.Headers!["tenant"]} {run.Headers["source"]}");
    }

    [Fact]
    public void Request_WithOptions_OverridesTheTasks()
    {
        var retry = new RetryPolicy { MaxAttempts = 2 };
        var request = new RunRequest
        {
            Id = Id,
            Arguments = [1],
            Options = new RunOptions
            {
                Timeout = TimeSpan.FromSeconds(3),
                Guarantee = RunGuarantee.AtLeastOnce,
                Priority = RunPriority.Low,
                Retry = retry
            },
        };
        var run = RunFactory.Request(Task, request, Now, null);
        Assert.Equal(
            (Run, request.Arguments, TimeSpan.FromSeconds(3), RunGuarantee.AtLeastOnce, RunPriority.Low, retry, Now.AddSeconds(3)),
            (run.Id, run.Arguments, run.Timeout, run.Guarantee, run.Priority, run.Retry, run.Deadline));
    }

    [Fact]
    public void Dispatch_WithOptions_OverridesTheTasks()
    {
        var retry = new RetryPolicy { MaxAttempts = 2 };
        var request = new DispatchRequest
        {
            Id = Id,
            Arguments = [1],
            Options = new DispatchOptions
            {
                Timeout = TimeSpan.FromSeconds(3),
                RunTimeout = TimeSpan.FromSeconds(30),
                ExpiresAt = Due.AddSeconds(5),
                Guarantee = RunGuarantee.AtMostOnce,
                Priority = RunPriority.Low,
                Retry = retry,
                Then = [new Continuation("next")],
            },
        };
        var run = RunFactory.Dispatch(Task, request, Due, null);
        Assert.Equal(
            (Run, request.Arguments, TimeSpan.FromSeconds(3), Due.AddSeconds(30), Due.AddSeconds(5)),
            (run.Id, run.Arguments, run.Timeout, run.Deadline, run.ExpiresAt));
        Assert.Equal((RunGuarantee.AtMostOnce, RunPriority.Low, retry, request.Options.Then),
            (run.Guarantee, run.Priority, run.Retry, run.Then));
    }

    [Fact]
    public void Occurrence_AndItsBackfill_AreTheSameRun()
    {
        Assert.Equal(RunId.Of("task", Due), RunFactory.Occurrence(Task, Due).Id);
        Assert.Equal(RunId.Of("task", Due), RunFactory.CatchUp(Task, Due, Due.AddHours(1)).Id);
    }

    [Fact]
    public void Unknown_HasTheGenerationOfItsTask()
    {
        Assert.Equal((Run, RunTrigger.Request, 7),
            (RunFactory.Unknown(Task, Run, Now).Id, RunFactory.Unknown(Task, Run, Now).Trigger,
                RunFactory.Unknown(Task, Run, Now).Generation));
        Assert.Equal(0, RunFactory.Unknown(null, Run, Now).Generation);
    }

    private static RunFacts Make(string way, TaskEntry task) => way switch
    {
        "request" => RunFactory.Request(task, new RunRequest { Id = Id }, Now, "me"),
        "dispatch" => RunFactory.Dispatch(task, new DispatchRequest { Id = Id }, Due, "me"),
        "continuation" => RunFactory.Dispatch(task, new DispatchRequest { Id = Id, Parent = Run }, Due, "me"),
        "after a batch" => RunFactory.Dispatch(task, new DispatchRequest { Id = Id, FollowsBatch = true }, Due, "me"),
        "of a batch" => RunFactory.Dispatch(task, new DispatchRequest { Id = Id, Batch = new BatchMember(Id, 1) }, Due, "me"),
        "occurrence" => RunFactory.Occurrence(task, Due),
        "catch-up" => RunFactory.CatchUp(task, Now, Due),
        "only occurrence" => RunFactory.OnlyOccurrence(task, Run, Due),
        "manual" => RunFactory.Manual(task, Run, Now, "me"),
        "backfill" => RunFactory.Backfill(task, Run, Due, Now, "me"),
        _ => throw new ArgumentOutOfRangeException(nameof(way)),
    };
}
