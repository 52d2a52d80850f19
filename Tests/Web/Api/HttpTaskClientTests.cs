using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests the client over HTTP, against the API.</summary>
public sealed partial class HttpTaskClientTests
{
    private static readonly Order Book = new("book", 2);
    private static readonly OrderJson Json = new(TaskJson.CreateOptions());

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RunAsync_OfATask_SendsArgumentsAndOptionsAndReturnsTheResult()
    {
        await using var api = await ApiHost.StartAsync();
        TaskArguments? sent = null;
        var task = api.Tasks.Add("a b", (arguments, _) =>
        {
            sent = arguments;
            return Task.FromResult(api.Tasks.Get("a b").Finish(Book));
        });
        var options = new RunOptions
        {
            Timeout = TimeSpan.FromHours(30),
            Guarantee = RunGuarantee.AtLeastOnce,
            Retry = new RetryPolicy { MaxAttempts = 3 },
            Priority = RunPriority.High,
            Headers = new Dictionary<string, string> { ["tenant"] = "acme" },
        };
        var arguments = TaskArguments.Of(Book, Json.Order).With("note", "n", (JsonTypeInfo<string>)Json.GetTypeInfo(typeof(string))!);
        var result = await Client(api).RunAsync("a b", arguments, options, Stop);

        Assert.Equal("""[{"item":"book","count":2}] {"note":"n"}""", sent!.ToString());
        var got = task.LastRunOptions!;
        Assert.Equal((options.Timeout, options.Guarantee, options.Priority), (got.Timeout, got.Guarantee, got.Priority));
        Assert.Equal((options.Retry, "acme"), (got.Retry, got.Headers!["tenant"]));
        Assert.Equal((RunStatus.Succeeded, 1, Book), (result.Status, result.Sequence, result.GetValue(Json.Order)));
        Assert.Equal(Book, await Client(api).RunAsync("a b", arguments, Json.Order, ct: Stop));
        Assert.Equal(Book, await Client(api).RunAsync<Order>("a b", arguments, ct: Stop));
    }

    [Fact]
    public async Task RunAsync_FailedRun_ReturnsItsResult()
    {
        await using var api = await ApiHost.StartAsync();
        api.Tasks.Add("fail", (_, _) => Task.FromResult(api.Tasks.Get("fail").Finish(status: RunStatus.Failed)));

        var result = await Client(api).RunAsync("fail", ct: Stop);
        Assert.Equal((RunStatus.Failed, "It broke."), (result.Status, result.Error));
        await Assert.ThrowsAsync<TaskFailedException>(() => Client(api).RunAsync<int>("fail", ct: Stop));
    }

    [Fact]
    public async Task DispatchAsync_WithAllOptions_SendsThem()
    {
        await using var api = await ApiHost.StartAsync();
        var task = api.Tasks.Add("t");
        var options = new DispatchOptions
        {
            At = FakeTask.Epoch.AddDays(1),
            IdempotencyKey = "key 1",
            RunTimeout = TimeSpan.FromMinutes(2),
            ExpiresAt = FakeTask.Epoch.AddDays(2),
            IdempotencyRetention = TimeSpan.FromHours(1),
            Then = [new Continuation("next") { On = ContinuationTrigger.Failed, Arguments = [1] }],
        };
        var run = await Client(api).DispatchAsync("t", null, options, Stop);

        var request = Assert.Single(task.Dispatched);
        Assert.Equal((new RunId("t", request.Id), null), (run, request.Arguments));
        var got = request.Options!;
        Assert.Equal((options.At, options.IdempotencyKey, options.RunTimeout), (got.At, got.IdempotencyKey, got.RunTimeout));
        Assert.Equal((options.ExpiresAt, options.IdempotencyRetention), (got.ExpiresAt, got.IdempotencyRetention));
        Assert.Equal(options.Then, got.Then);
        Assert.Equal("t", (await Client(api).GetTask("t").TriggerAsync(Stop)).Task);
    }

    [Fact]
    public async Task Runs_ThatAreKnownOrNot_AreReturnedWaitedForAndCancelled()
    {
        await using var api = await ApiHost.StartAsync();
        var task = api.Tasks.Add("t");
        var (open, ended, none) = (Id(), Id(), Id());
        var progress = new RunProgress { Fraction = 0.5, Message = "half" };
        task.AddRun(new RunInfo { RunId = open, Status = RunStatus.Running, Progress = progress });
        task.AddRun(new RunInfo { RunId = ended, Status = RunStatus.Succeeded, Result = task.Finish(Book, run: ended) });
        var client = Client(api);

        var info = await client.GetRunAsync(open, Stop);
        Assert.Equal((RunStatus.Running, 0.5, "half"), (info!.Status, info.Progress!.Fraction, info.Progress.Message));
        Assert.Null(await client.GetRunAsync(none, Stop));
        Assert.Equal(Book, (await client.WaitAsync(ended, Stop)).GetValue(Json.Order));
        await Assert.ThrowsAsync<RunNotFoundException>(() => client.WaitAsync(none, Stop));
        Assert.True(await client.CancelRunAsync(open, Stop));
        Assert.False(await client.CancelRunAsync(ended, Stop));
        Assert.False(await client.CancelRunAsync(none, Stop));

        static RunId Id() => new("t", Guid.NewGuid());
    }

    [Fact]
    public async Task SubscribeResultsAsync_FromANumber_ReturnsWhatTheHistoryHasAndTheGap()
    {
        await using var api = await ApiHost.StartAsync();
        var task = api.Tasks.Add("t", history: 2);
        for (var n = 1; n <= 4; n++)
        {
            task.Finish(n);
        }

        await using var results = await Client(api).SubscribeResultsAsync("t", after: 0, Stop);
        await using var all = await Client(api).SubscribeResultsAsync(ct: Stop);
        task.Finish(5);
        var got = await results.Take(4).ToListAsync(Stop);
        Assert.Equal([2, 3, 4, 5], got.Select(r => r.Sequence));
        Assert.Equal([RunStatus.Gap, RunStatus.Succeeded, RunStatus.Succeeded, RunStatus.Succeeded], got.Select(r => r.Status));
        Assert.Equal((2, 5), (got[0].Missed, got[3].GetValue<int>()));
        Assert.Equal(5, (await all.FirstAsync(Stop)).Sequence);
    }

    [Fact]
    public async Task Events_AndBroadcasts_ArriveAsTheyWereSent()
    {
        await using var api = await ApiHost.StartAsync();
        api.Tasks.Add("t");
        var client = Client(api);
        await using var events = await client.SubscribeEventsAsync(ct: Stop);
        await using var messages = await client.SubscribeBroadcastsAsync(Stop);
        var item = new TaskEvent { Task = "t", Kind = TaskEventKind.RunStarted, At = FakeTask.Epoch, Attempt = 2 };
        api.Tasks.Tell(item);
        await client.BroadcastAsync(Book, Json.Order, Stop);
        await client.BroadcastAsync("text", Stop);

        Assert.Equal(item, await events.FirstAsync(Stop));
        var got = await messages.Take(2).ToListAsync(Stop);
        Assert.Equal((Book, "text", FakeTask.Epoch), (got[0].GetValue(Json.Order), got[1].GetValue<string>(), got[0].SentAt));
        Assert.Equal(api.Tasks.Sent.Select(s => s.Id), got.Select(g => g.Id));
    }

    [Fact]
    public async Task Calls_ThatTheServerRejects_ThrowAsAClientOfTheClusterDoes()
    {
        await using var api = await ApiHost.StartAsync();
        var client = Client(api);
        Assert.Equal("none", (await Assert.ThrowsAsync<TaskNotFoundException>(() => client.RunAsync("none", ct: Stop))).Task);
        var run = RunId.New("t", TimeProvider.System);
        await ThrowsAsync(new TaskCancelledException("t"));
        await ThrowsAsync(new TaskConflictException("t", "It exists."));
        await ThrowsAsync(new TaskArgumentException("t", "n", "It does not fit."));
        await ThrowsAsync(new InvalidTaskException("t", ["One.", "Two."]));
        await ThrowsAsync(new SchedulerStoppedException("t"));
        await ThrowsAsync(new ClusterUnreachableException("No silo."));
        await ThrowsAsync(new TaskTimeoutException(run, TimeSpan.FromSeconds(90)));
        await ThrowsAsync(new RequestForgottenException(run));
        await ThrowsAsync(new TaskStorageException("The disk is full."));

        async Task ThrowsAsync(TaskException exception)
        {
            api.Tasks.Failure = exception;
            var thrown = await Assert.ThrowsAsync(exception.GetType(), () => client.RunAsync("t", ct: Stop));
            Assert.Equal((exception.Message, exception.Task), (thrown.Message, ((TaskException)thrown).Task));
        }
    }

    [Fact]
    public async Task Calls_WithoutAServer_SayThatItIsOutOfReach()
    {
        var api = await ApiHost.StartAsync();
        var address = api.Http.BaseAddress;
        await api.DisposeAsync();
        using var http = new HttpClient { BaseAddress = address };
        var e = await Assert.ThrowsAsync<ClusterUnreachableException>(() => new HttpTaskClient(http).DispatchAsync("t", ct: Stop));
        Assert.StartsWith($"{address} is out of reach: ", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_ThatAreNotServed_SaySo()
    {
        await using var api = await ApiHost.StartAsync();
        var client = Client(api);
        var e = Assert.Throws<NotSupportedException>(() => { _ = client.CountAsync(ct: Stop); });
        Assert.StartsWith("CountAsync is not available with HttpTaskClient. Call the HTTP API", e.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NotSupportedException>(() => client.GetTask("t").DescribeAsync(Stop));
        Assert.Throws<ArgumentException>(() => { _ = new HttpTaskClient(new HttpClient()); });
    }

    [Fact]
    public async Task StopAsync_AndStartAsync_ChangeTheScheduler()
    {
        await using var api = await ApiHost.StartAsync();
        await Client(api).StopAsync(Stop);
        Assert.False(api.Tasks.Started);
        await Client(api).StartAsync(Stop);
        Assert.True(api.Tasks.Started);
    }

    private static ITaskClient Client(ApiHost api) => new HttpTaskClient(api.Http);

    internal sealed record Order(string Item, int Count);

    [JsonSerializable(typeof(Order))]
    internal sealed partial class OrderJson : JsonSerializerContext;
}
