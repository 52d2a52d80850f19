using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Testing;

namespace OrleansTasks.Tests.Testing.Client;

public sealed class FakeTaskClientTests
{
    private readonly FakeTaskClient _fake = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OfAProgrammedTask_ReturnsItsValueAndIsRecorded()
    {
        _fake.Returns("price", 12.5m).Answers("double", args => args.Get<int>(0) * 2).Answers("later", async (args, ct) =>
        {
            await Task.Yield();
            return args.Get<string>("name");
        });

        Assert.Equal(12.5m, await _fake.RunAsync<decimal>("price", ["book"], ct: Stop));
        Assert.Equal(26, await _fake.RunAsync<int>("double", [13], ct: Stop));
        Assert.Equal("ann", await _fake.RunAsync<string>("later", TaskArguments.Named(("name", "ann")), ct: Stop));
        Assert.Equal(["price", "double", "later"], _fake.Runs.Select(r => r.Task));
        Assert.Equal("book", _fake.Runs[0].Arguments.Get<string>(0));
        Assert.Equal(12.5m, _fake.Runs[0].Result!.GetValue<decimal>());
    }

    [Fact]
    public async Task Run_OfATypedTask_IsChecked()
    {
        var task = new TaskName<int, long>("square");
        _fake.Answers(task, n => (long)n * n);
        Assert.Equal(169, await _fake.RunAsync(task, 13, ct: Stop));
    }

    [Fact]
    public async Task Run_OfATaskWithoutASetup_NamesTheMethodToCall()
    {
        var e = await Assert.ThrowsAsync<FakeTaskNotProgrammedException>(() => _fake.RunAsync("price", ct: Stop));
        Assert.Equal("price", e.Task);
        Assert.Contains("fake.Returns(\"price\", value)", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OfATaskThatFails_HasTheErrorInItsResult()
    {
        _fake.Fails("price", new TimeoutException("No answer."));
        var result = await _fake.RunAsync("price", ct: Stop);
        Assert.Equal((RunStatus.Failed, "No answer.", "System.TimeoutException"), (result.Status, result.Error, result.ErrorType));
        await Assert.ThrowsAsync<TaskFailedException>(() => _fake.RunAsync<decimal>("price", ct: Stop));
    }

    [Fact]
    public async Task Call_OfATaskThatThrows_Throws()
    {
        _fake.Throws("gone", new TaskNotFoundException("gone"));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => _fake.RunAsync("gone", ct: Stop));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => _fake.DispatchAsync("gone", ct: Stop));
        await Assert.ThrowsAsync<TaskNotFoundException>(() => _fake.GetTask("gone").DescribeAsync(Stop));
    }

    [Fact]
    public async Task Dispatch_IsPendingUntilItIsCompleted()
    {
        await using var results = await _fake.SubscribeResultsAsync("mail", ct: Stop);
        var run = await _fake.DispatchAsync("mail", ["ann"], new DispatchOptions { Delay = TimeSpan.FromHours(1), IdempotencyKey = "k" },
            Stop);
        Assert.Equal(run, await _fake.DispatchAsync("mail", ["ann"], new DispatchOptions { IdempotencyKey = "k" }, Stop));

        Assert.Equal(run, Assert.Single(_fake.Dispatched).RunId);
        Assert.Equal(RunStatus.Pending, (await _fake.GetRunAsync(run, Stop))!.Status);
        await Assert.ThrowsAsync<FakeTaskNotProgrammedException>(() => _fake.WaitAsync(run, Stop));
        var result = _fake.Complete(run, "sent");
        Assert.Equal((1L, "sent"), (result.Sequence, result.GetValue<string>()));
        Assert.Equal(result, await _fake.WaitAsync(run, Stop));
        await foreach (var heard in results.WithCancellation(Stop))
        {
            Assert.Equal(run, heard.RunId);
            break;
        }
    }

    [Fact]
    public async Task Wait_ForADispatchedRunOfAProgrammedTask_ReturnsItsResult()
    {
        _fake.Answers("double", args => args.Get<int>(0) * 2);
        var run = await _fake.DispatchAsync("double", [4], ct: Stop);
        Assert.Equal(8, (await _fake.WaitAsync(run, Stop)).GetValue<int>());
    }

    [Fact]
    public async Task Batch_DispatchedRuns_BelongToIt()
    {
        _fake.Returns("a", 1);
        var batch = await _fake.DispatchBatchAsync([new BatchItem("a"), new BatchItem("a")], new Continuation("then"), Stop);
        Assert.Equal(2, (await _fake.GetBatchAsync(batch, Stop))!.Pending);
        Assert.Equal((2, BatchStatus.Finished),
            await _fake.WaitBatchAsync(batch, Stop) is { } info ? (info.Succeeded, info.Status) : default);
        Assert.Equal(batch, _fake.Dispatched[0].Batch);
        Assert.Equal("then", Assert.Single(_fake.Batches).Then!.Task);
    }

    [Fact]
    public async Task Handle_OfTheFake_RecordsItsCalls()
    {
        ITaskHandle task = _fake.GetTask("report");
        var paused = await task.PauseAsync("holidays", by: "ann", ct: Stop);
        await task.ResumeAsync(Stop);
        var run = await task.TriggerAsync(Stop);
        await task.CancelAsync(Stop);

        Assert.Equal((TaskState.Paused, "holidays"), (paused.State, paused.PauseNote));
        Assert.Equal([FakeTaskVerb.Pause, FakeTaskVerb.Resume, FakeTaskVerb.Trigger, FakeTaskVerb.Cancel], _fake.Calls.Select(c => c.Verb));
        Assert.Equal(("holidays", "ann"), (_fake.Calls[0].Note, _fake.Calls[0].By));
        Assert.Equal(["report"], _fake.CancelledTasks);
        Assert.Equal((run, RunTrigger.Manual), (_fake.Dispatched[0].RunId, _fake.Dispatched[0].Trigger));
    }

    [Fact]
    public async Task Schedule_ATask_IsRecordedAndListed()
    {
        var handle = await _fake.ScheduleAsync(
            new TaskRegistration { Name = "report", Handler = "h", Schedule = TaskSchedule.Cron("0 9 * * *") }, Stop);
        Assert.True(handle.Registration!.Created);
        Assert.Equal("h", Assert.Single(_fake.Scheduled).Handler);
        Assert.Equal(9, (await handle.DescribeAsync(Stop)).NextDue!.Value.Hour);
        Assert.Equal(3, (await handle.OccurrencesAsync(3, ct: Stop)).Count);
        await handle.UpdateAsync(r => r with { Schedule = null }, Stop);
        Assert.Equal(["report"], await _fake.ListAsync(ct: Stop).Select(t => t.Name).ToListAsync(Stop));
        Assert.Null((await handle.DescribeAsync(Stop)).Schedule);
        await Assert.ThrowsAsync<InvalidTaskException>(() => _fake.ScheduleAsync(new TaskRegistration { Name = "" }, Stop));
    }

    [Fact]
    public async Task Broadcasts_AreRecordedAndReceived()
    {
        ITaskClient client = _fake;
        await using var heard = await client.SubscribeBroadcastsAsync(Stop);
        await client.BroadcastAsync(new { price = 3 }, Stop);
        _fake.PushBroadcast("from a task", "price");
        var items = await heard.Take(2).ToListAsync(Stop);
        Assert.Equal(3, Assert.Single(_fake.Broadcasts).Message.GetProperty("price").GetInt32());
        Assert.Equal((null, "price"), (items[0].Task, items[1].Task));
    }

    [Fact]
    public async Task Services_WithAFake_ReplaceTheRealClient()
    {
        await using var services = new ServiceCollection().AddSingleton<ITaskClient>(_fake).AddFakeTaskClient(f => f.Returns("n", 1))
            .BuildServiceProvider();
        var client = services.GetRequiredService<ITaskClient>();
        Assert.NotSame(_fake, client);
        Assert.Same(client, services.GetRequiredService<FakeTaskClient>());
        Assert.Equal(1, await client.RunAsync<int>("n", ct: Stop));
    }

    [Fact]
    public async Task Run_WhileTheSchedulerIsStopped_IsRefused()
    {
        _fake.Returns("n", 1);
        await _fake.StopAsync(Stop);
        await Assert.ThrowsAsync<SchedulerStoppedException>(() => _fake.RunAsync("n", ct: Stop));
    }
}
