using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using OrleansTasks.Partitions;
using OrleansTasks.Records;
using OrleansTasks.Runs;
using OrleansTasks.Telemetry;
using OrleansTasks.Values;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that no form of a run loses data.</summary>
public sealed class RunFormsTests
{
    private static readonly DateTimeOffset At = new(2030, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Guid Activation = Guid.Parse("00000000-0000-0000-0000-00000000000a");
    private static readonly TaskEntry Task = new() { Name = "task", Handler = "handler", Generation = 7 };
    private static readonly ServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    private static TaskArguments Arguments => ["a", 1];

    public static TheoryData<string> Properties =>
        [.. typeof(RunFacts).GetProperties().Where(p => p.SetMethod is not null).Select(p => p.Name)];

    /// <summary>This test fails if a new property of a run's facts is missing from one of the forms.</summary>
    [Theory]
    [MemberData(nameof(Properties))]
    public void Facts_WithOnePropertySet_RoundTripThroughEachForm(string name)
    {
        var property = typeof(RunFacts).GetProperty(name)!;
        var plain = new RunFacts { Id = new RunId("task", Activation), ScheduledAt = At, Arguments = [1] };
        Check(plain);

        var special = plain with { };
        property.SetValue(special, ValueOf(property));
        Assert.NotEqual(property.GetValue(plain), property.GetValue(special));
        Check(special);
    }

    [Fact]
    public void Facts_WithAllPropertiesSet_RoundTripThroughEachForm()
    {
        var run = new RunFacts { Id = default };
        foreach (var property in typeof(RunFacts).GetProperties().Where(p => p.SetMethod is not null))
        {
            property.SetValue(run, ValueOf(property));
        }

        Check(run);
    }

    [Theory]
    [InlineData(RunGuarantee.AtLeastOnce, true, 1, true)]
    [InlineData(RunGuarantee.AtLeastOnce, false, 2, false)]
    [InlineData(RunGuarantee.AtMostOnce, true, 2, false)]
    public void ToActive_OfAStoredRun_CountsARecordedAttemptThatDidNotStart(RunGuarantee guarantee, bool noted, int attempt, bool marked)
    {
        var ended = RunForms.ToStored(new RunFacts { Id = new RunId("task", Activation), Guarantee = guarantee }, At) with
        {
            Attempts = 1,
            EndedAttempts = 1,
            Marker = Activation
        };
        Assert.Equal((1, false), (RunForms.ToActive(ended, Activation).Attempt, RunForms.ToActive(ended, Activation).Marked));

        var stored = RunForms.ToStored(new RunFacts { Id = new RunId("task", Activation), Guarantee = guarantee }, At) with
        {
            Attempts = 2,
            EndedAttempts = 1,
            Marker = noted ? Activation : Guid.NewGuid(),
        };
        var run = RunForms.ToActive(stored, Activation);
        Assert.Equal((attempt, marked, 1, true), (run.Attempt, run.Marked, run.EndedAttempts, run.Stored));
    }

    [Fact]
    public void ToStored_OfARunBetweenAttempts_KeepsTheirOutcomes()
    {
        var run = new ActiveRun
        {
            Facts = new RunFacts { Id = new RunId("task", Activation), ScheduledAt = At },
            DueAt = At.AddMinutes(1),
            Wait = TimeSpan.FromMinutes(1),
            Attempt = 3,
            EndedAttempts = 3,
            Failures = 2,
            Losses = 1,
            LastError = "error",
            CalledOff = true,
        };
        var back = RunForms.ToActive(RunForms.ToStored(run), Activation);
        Assert.Equal(run.Facts, back.Facts);
        Assert.Equal(
            (run.DueAt, run.Wait, run.Attempt, run.EndedAttempts, run.Failures, run.Losses, run.LastError, run.CalledOff),
            (back.DueAt, back.Wait, back.Attempt, back.EndedAttempts, back.Failures, back.Losses, back.LastError, back.CalledOff));
    }

    [Fact]
    public void ToStored_OfARunWithoutAttempts_IsDueAsScheduled()
    {
        var run = new ActiveRun { Facts = new RunFacts { Id = new RunId("task", Activation), ScheduledAt = At }, DueAt = At.AddMinutes(1) };
        Assert.Equal((At, null), (RunForms.ToStored(run).DueAt, RunForms.ToStored(run).Occurrence));
        Assert.Equal((At.AddHours(1), At),
            (RunForms.ToStored(run.Facts, At.AddHours(1)).DueAt, RunForms.ToStored(run.Facts, At.AddHours(1)).Occurrence));
    }

    [Fact]
    public void ToOrder_UnsetValues_ComeFromTheTask()
    {
        var task = Task with { Arguments = ["task's"], Options = new TaskOptions { SendReturnValues = false, LogLines = 7 } };
        var run = new RunFacts { Id = new RunId("task", Activation) };

        var order = RunForms.ToOrder(run, task, 1, failures: 2, losses: 3, group: "group");
        Assert.Equal(("handler", task.Arguments, false, 7), (order.Handler, order.Arguments, order.SendValue, order.LogLines));
        Assert.Equal((1, 2, 3, "group"), (order.Attempt, order.Failures, order.Losses, order.Group));
        Assert.Equal(["run's"], RunForms.ToOrder(run with { Arguments = ["run's"] }, task, 1).Arguments);

        var gone = RunForms.ToOrder(run, null, 1);
        Assert.Equal(("", TaskArguments.None, true, 50), (gone.Handler, gone.Arguments, gone.SendValue, gone.LogLines));
    }

    [Fact]
    public void ToOrder_OfARunInMemory_HasTheOutcomesOfItsAttempts()
    {
        var run = new ActiveRun
        {
            Facts = new RunFacts { Id = new RunId("task", Activation) },
            Failures = 2,
            Losses = 3,
            GroupPlace = "group",
            GroupAsk = 6
        };
        var order = RunForms.ToOrder(run, Task, 4, term: 5);
        Assert.Equal((4, 2, 3, "group", new PlaceMark(5, 6)), (order.Attempt, order.Failures, order.Losses, order.Group, order.Place));
    }

    [Theory]
    [InlineData(true, RunStatus.Cancelled)]
    [InlineData(false, null)]
    public void ToActive_OfARunOnASilo_IsInProgressThere(bool cancelling, RunStatus? cause)
    {
        var order = RunForms.ToOrder(new RunFacts { Id = new RunId("task", Activation) }, Task, 4, failures: 2, losses: 3, group: "group");
        var silo = SiloAddress.New(System.Net.IPAddress.Loopback, 1, 2);
        var run = RunForms.ToActive(new HeldRun(order, At, cancelling), silo);
        Assert.Equal((RunPhase.Running, silo, 4, At, cause), (run.Phase, run.Silo, run.Attempt, run.StartedAt, run.StopCause));
        Assert.Equal((2, 3, "group", true, true, true), (run.Failures, run.Losses, run.GroupPlace, run.HasBegun, run.Stored, run.Adopted));
    }

    [Fact]
    public void ToEnding_OfAResult_HasItsValues()
    {
        var stored = RunForms.ToStored(
            new RunFacts { Id = new RunId("task", Activation), Parent = new RunId("parent", Activation), Arguments = [1] }, At);
        var result = new TaskResult
        {
            RunId = stored.RunId,
            Trigger = RunTrigger.Backfill,
            ScheduledAt = At.AddHours(1),
            Attempt = 4,
            StartedAt = At.AddHours(2),
            Arguments = [2],
            RequestedBy = "me"
        };
        var run = RunForms.ToEnding(stored, result);
        Assert.Equal((RunPhase.Ended, true, 4, At.AddHours(2)), (run.Phase, run.Stored, run.Attempt, run.StartedAt));
        Assert.Equal(
            (stored.RunId, RunTrigger.Backfill, At.AddHours(1), result.Arguments, "me", stored.Parent),
            (run.RunId, run.Trigger, run.ScheduledAt, run.Facts.Arguments, run.Facts.RequestedBy, run.Facts.Parent));
    }

    [Fact]
    public void OutcomeOf_AResult_RoundTrips()
    {
        var run = new ActiveRun { Facts = new RunFacts { Id = new RunId("task", Activation) }, Attempt = 2, StartedAt = At };
        var outcome = new RunOutcome
        {
            Status = RunStatus.Failed,
            Error = "error",
            ErrorType = "type",
            Stack = "stack",
            Json = [1],
            StartedAt = At.AddSeconds(1),
            FinishedAt = At.AddSeconds(2),
            Silo = "silo",
            Log = [new RunLogLine(At, Microsoft.Extensions.Logging.LogLevel.Warning, "category", "line")],
        };
        var result = RunForms.ToResult(run, outcome, 5, Activation, 0);
        Assert.Equal(outcome.StartedAt, result.StartedAt);
        Assert.Equal(result, RunForms.ToResult(run, RunForms.OutcomeOf(result), 5, Activation, 0));
    }

    [Fact]
    public void ToOrder_OfALaterAttempt_DoesNotExpire()
    {
        var run = new RunFacts { Id = new RunId("task", Activation), ExpiresAt = At };
        Assert.Equal(At, RunForms.ToOrder(run, Task, 1).ExpiresAt);
        Assert.Null(RunForms.ToOrder(run, Task, 2).ExpiresAt);
    }

    [Theory]
    [InlineData(RunStatus.Succeeded, 2, true)]
    [InlineData(RunStatus.Expired, 0, false)]
    public void ToResult_OfARunThatExpired_HasNoAttempt(RunStatus status, int attempt, bool started)
    {
        var run = new ActiveRun
        {
            Facts = new RunFacts { Id = new RunId("task", Activation), Arguments = [1, 2, 3] },
            Attempt = 2,
            StartedAt = At
        };
        var result = RunForms.ToResult(run, new RunOutcome { Status = status, Silo = "silo" }, 5, Activation, 1000);
        Assert.Equal((5, Activation, attempt, started ? At : null), (result.Sequence, result.Registry, result.Attempt, result.StartedAt));
        Assert.Equal(started ? "silo" : null, result.Silo);
        Assert.Equal(run.Facts.Arguments, result.Arguments);
        var size = run.Facts.Arguments!.Size;
        Assert.NotNull(RunForms.ToResult(run, new RunOutcome(), 5, Activation, size).Arguments);
        Assert.Null(RunForms.ToResult(run, new RunOutcome(), 5, Activation, size - 1).Arguments);
    }

    /// <summary>The run's own policy decides how many attempts are left, and otherwise that of its task.</summary>
    [Theory]
    [InlineData(null, null, 0, 0)]
    [InlineData(null, 3, 0, 2)]
    [InlineData(5, 3, 0, 4)]
    [InlineData(5, null, 4, 0)]
    [InlineData(5, null, 9, 0)]
    public void ToOrder_Always_HasTheRemainingAttempts(int? ofRun, int? ofTask, int failures, int left)
    {
        var task = Task with { Options = new TaskOptions { Retry = ofTask is { } most ? new RetryPolicy { MaxAttempts = most } : null } };
        var run = new RunFacts
        {
            Id = new RunId("task", Activation),
            Retry = ofRun is { } own ? new RetryPolicy { MaxAttempts = own } : null
        };
        Assert.Equal(left, RunForms.ToOrder(run, task, failures + 1, failures).AttemptsLeft);
    }

    [Fact]
    public void Headers_OfARun_AreInItsResultAndItsInfo()
    {
        var headers = TaskHeaders.Of(new Dictionary<string, string> { ["tenant"] = "acme" })!;
        var run = new ActiveRun { Facts = new RunFacts { Id = new RunId("task", Activation), Headers = headers } };
        var result = RunForms.ToResult(run, new RunOutcome(), 5, Activation, 0);
        Assert.Equal(headers, result.Headers);
        Assert.Equal(headers, result.WithoutArguments().Headers);
        Assert.Equal(headers, RunViews.ToInfo(run).Headers);
        Assert.Equal(headers, RunViews.ToInfo(result).Headers);
        Assert.Equal(headers, RunViews.ToInfo(RunForms.ToStored(run)).Headers);

        // After the end, the result has the headers, so they are not stored twice.
        Assert.Equal(headers, RunForms.ToEnding(RunForms.ToStored(run) with { Headers = null }, result).Facts.Headers);
    }

    private static void Check(RunFacts run)
    {
        Assert.Equal(run, RunForms.FactsOf(Stored(RunForms.ToStored(run, run.ScheduledAt))));
        Assert.Equal(run, RunForms.FactsOf(Stored(RunForms.ToStored(run, run.ScheduledAt.AddHours(1)))));
        Assert.Equal(run, RunForms.FactsOf(Sent(RunForms.ToStored(run, run.ScheduledAt))));
        Assert.Equal(run, RunForms.FactsOf(Sent(RunForms.ToOrder(run, Task, 1))));
        Assert.Equal(run, RunForms.ToActive(RunForms.ToStored(run, run.ScheduledAt), Activation).Facts);
        Assert.Equal(run, RunForms.ToActive(new HeldRun(RunForms.ToOrder(run, Task, 1), null, false), null).Facts);
    }

    /// <summary>Returns what a later owner of the partition reads.</summary>
    private static StoredRun Stored(StoredRun run)
    {
        var before = new PartitionState();
        before.Runs.Set(run);
        var after = new PartitionState();
        after.Items.Load(before.TakeChanges().Select(c => KeyValuePair.Create(c.Key, c.Json!)));
        return Same(run, Assert.Single(after.Runs.Values));
    }

    /// <summary>Returns what another silo receives.</summary>
    private static T Sent<T>(T message)
    {
        var serializer = Services.GetRequiredService<Serializer>();
        return Same(message, serializer.Deserialize<T>(serializer.SerializeToArray(message))!);
    }

    /// <summary>Replaces a list by the original after comparing the items, since lists are equal only to themselves.</summary>
    private static T Same<T>(T before, T after)
    {
        var then = typeof(T).GetProperty(nameof(RunFacts.Then))!;
        var (one, other) = ((IReadOnlyList<Continuation>?)then.GetValue(before), (IReadOnlyList<Continuation>?)then.GetValue(after));
        Assert.Equal(one, other);
        then.SetValue(after, one);
        return after;
    }

    /// <summary>Returns a value that is not the default.</summary>
    private static object ValueOf(PropertyInfo property) => property.PropertyType switch
    {
        var t when t == typeof(RunId) || t == typeof(RunId?) => new RunId("other", Guid.Parse("0199f3a2-6d2c-7c1e-9d5f-0123456789ab")),
        var t when t == typeof(TaskArguments) => Arguments,
        var t when t == typeof(RunTrigger) => RunTrigger.Backfill,
        var t when t == typeof(DateTimeOffset) || t == typeof(DateTimeOffset?) => At.AddDays(property.Name.Length),
        var t when t == typeof(long) => 77L,
        var t when t == typeof(RunGuarantee) => RunGuarantee.AtLeastOnce,
        var t when t == typeof(TimeSpan?) => TimeSpan.FromSeconds(property.Name.Length),
        var t when t == typeof(RetryPolicy) => new RetryPolicy { MaxAttempts = 9 },
        var t when t == typeof(RunPriority) => RunPriority.High,
        var t when t == typeof(string) => property.Name,
        var t when t == typeof(IReadOnlyList<Continuation>) => (IReadOnlyList<Continuation>)[new Continuation("next")],
        var t when t == typeof(TaskHeaders) => TaskHeaders.Of(new Dictionary<string, string> { ["tenant"] = "acme", ["empty"] = "" })!,
        var t when t == typeof(BatchMember) => new BatchMember(Activation, 3),
        var t when t == typeof(TraceContext) => new TraceContext
        {
            Parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            State = "vendor=1",
            Baggage = "a=1",
            IsLink = true
        },
        var t => throw new NotSupportedException($"Say here what a special {t.Name} is, for {property.Name}."),
    };
}
