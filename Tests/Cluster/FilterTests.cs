using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests filters of runs and of clients in a cluster: the exceptions they throw, and what they prepare.</summary>
public sealed class FilterTests
{
    private readonly ConcurrentQueue<string> _seen = new();
    private readonly Happenings _happenings = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>An exception of a filter has the same effect as one of the handler.</summary>
    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData("fails", RunStatus.Failed, 3, 0)]
    [InlineData("never", RunStatus.Failed, 1, 0)]
    [InlineData("later", RunStatus.Succeeded, 2, 1)]
    [InlineData("not yet", RunStatus.Succeeded, 2, 1)]
    [InlineData("catches", RunStatus.Succeeded, 1, 0)]
    [InlineData("answers", RunStatus.Succeeded, 1, 0)]
    [InlineData("value", RunStatus.Failed, 1, 1)]
    public async Task Filter_ThatThrows_EndsTheAttemptLikeAHandlerException(string what, RunStatus status, int attempts, int handled)
    {
        await using var cluster = await StartAsync((run, next) => (what, run.Attempt) switch
        {
            ("fails", _) => throw new InvalidOperationException("filter's"),
            ("never", _) => throw new DoNotRetryException("filter's"),
            ("later", 1) => throw new RetryLaterException(TimeSpan.Zero, "later"),
            ("not yet", 1) => throw new SnoozeException(TimeSpan.Zero),
            ("catches", _) => CatchAsync(run, next),
            ("answers", _) => new ValueTask<object?>("filter's"),
            ("value", _) => ValueAsync(run, next),
            _ => next(run),
        });
        var result = await cluster.Client.RunAsync(what == "catches" ? "throws" : "work", null,
            new RunOptions { Retry = new RetryPolicy { MaxAttempts = 3, Delay = TimeSpan.Zero } }, Stop);
        Assert.Equal((status, attempts), (result.Status, result.Attempt));
        Assert.Equal(handled, _seen.Count(s => s == "handler"));
        if (what is "fails" or "never" or "catches" or "answers")
        {
            Assert.Equal("filter's", result.Successful ? result.GetValue<string>() : result.Error);
        }

        static async ValueTask<object?> CatchAsync(TaskRunContext run, TaskRunDelegate next)
        {
            try
            {
                return await next(run);
            }
            catch (InvalidOperationException)
            {
                return "filter's";
            }
        }

        static async ValueTask<object?> ValueAsync(TaskRunContext run, TaskRunDelegate next)
        {
            await next(run);
            return new Action(static () => { });
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Filter_ThatObservesTheToken_EndsTheRunAsCancelled()
    {
        var reached = new TaskCompletionSource();
        await using var cluster = await StartAsync(async (run, _) =>
        {
            reached.SetResult();
            return await new TaskCompletionSource<object?>().Task.WaitAsync(run.CancellationToken);
        });
        var run = await cluster.Client.DispatchAsync("work", ct: Stop);
        await reached.Task;
        await cluster.Client.CancelRunAsync(run, Stop);
        Assert.Equal(RunStatus.Cancelled, (await cluster.Client.WaitAsync(run, Stop)).Status);
        Assert.Empty(_seen);
    }

    /// <summary>
    /// A filter copies the tenant from the headers to a scoped service of the handler. This also works for a run that another cluster
    /// accepted.
    /// </summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Filter_ForTenants_PreparesTheHandlersServicesAlsoAfterARestart()
    {
        var storage = new SharedStorage();
        RunId pending;
        await using (var first = await StartAsync(storage: storage))
        {
            Assert.Equal("a",
                (await first.Client.RunAsync("tenant", null, new RunOptions { Headers = Tenant("a") }, Stop)).GetValue<string>());
            pending = await first.Client.DispatchAsync("tenant", null,
                new DispatchOptions { Headers = Tenant("b"), Delay = TimeSpan.FromMinutes(1) }, Stop);
        }

        await using var second = await StartAsync(storage: storage);
        second.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal("b", (await second.Client.WaitAsync(pending, Stop)).GetValue<string>());
        var missing = await second.Client.RunAsync("tenant", ct: Stop);
        Assert.Equal((RunStatus.Failed, "No tenant."), (missing.Status, missing.Error));
    }

    /// <summary>A client filter of the silo wraps the requests of handlers. One of a web server wraps the web server's requests.</summary>
    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task ClientFilter_OnASilo_WrapsRequestsOfHandlers()
    {
        await using var cluster = await StartAsync();
        Assert.Equal("from a filter",
            (await cluster.Client.RunAsync("asks", null, new RunOptions { Headers = Tenant("a") }, Stop)).GetValue<string>());
        Assert.Contains("client:Run:tenant", _seen);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Context_OfARun_HasCallerTaskAndTimeLimit()
    {
        await using var cluster = await StartAsync();
        using (TaskActor.As("alice"))
        {
            var run = await cluster.Client.DispatchAsync("context", null, new DispatchOptions
            {
                Priority = RunPriority.High,
                Timeout = TimeSpan.FromMinutes(2),
                RunTimeout = TimeSpan.FromMinutes(5),
                Retry = new RetryPolicy { MaxAttempts = 3, Delay = TimeSpan.Zero },
                Then = [new Continuation("context") { Pass = PassedArgument.None }],
            }, Stop);
            await cluster.Client.WaitAsync(run, Stop);
            var batch = await cluster.Client.DispatchBatchAsync([new BatchItem("context")], null, Stop);
            await cluster.Client.WaitBatchAsync(batch, Stop);
            await _happenings.UntilAsync(() => _seen.Count == 5);

            Assert.Equal(
                [
                    $"1 alice none none High {TestCluster.Start.AddMinutes(2):O} 2",
                    $"2 alice none none High {TestCluster.Start.AddMinutes(2):O} 1",
                    $"3 alice none none High {TestCluster.Start.AddMinutes(2):O} 0",
                    $"1 alice none {batch} Normal none 0", $"1 alice {run} none Normal none 0",
                ],
                _seen.OrderBy(
                    s => s.Contains("High", StringComparison.Ordinal) ? 0 : s.Contains(batch.ToString(), StringComparison.Ordinal) ? 1
                        : 2));
        }
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Start_FilterThatCannotBeCreated_FailsAndNamesIt()
    {
        var error = await Assert.ThrowsAnyAsync<Exception>(
            () => TestCluster.StartAsync(1, (tasks, _) => tasks.AddFilter<UseTenant>().Define("work", () => 1)));
        Assert.Contains(nameof(UseTenant), error.ToString(), StringComparison.Ordinal);
    }

    private static Dictionary<string, string> Tenant(string name) => new() { ["tenant"] = name };

    private Task<TestCluster> StartAsync(Func<TaskRunContext, TaskRunDelegate, ValueTask<object?>>? filter = null,
        SharedStorage? storage = null) => TestCluster.StartAsync(
        1,
        (tasks, _) =>
        {
            tasks
                .Define("work", () =>
                {
                    _seen.Enqueue("handler");
                    return "handler's";
                })
                .Define("throws", () => { throw new InvalidOperationException("handler's"); })
                .AddFilter<UseTenant>("tenant")
                .Define("tenant", ([FromContainer] CurrentTenant tenant) => tenant.Name)
                .Define("asks", async ([FromContainer] ITaskClient client) => await client.RunAsync<string>("tenant"))
                .Define("context", (TaskRunContext run) =>
                {
                    _seen.Enqueue(
                        $"{run.Attempt} {run.RequestedBy} {run.Parent?.ToString() ?? "none"} {run.Batch?.Batch.ToString() ?? "none"} "
                            + $"{run.Priority} {run.Deadline?.ToString("O") ?? "none"} {run.AttemptsLeft}");
                    _happenings.Note();
                    return run.AttemptsLeft > 0 ? throw new InvalidOperationException("again") : 1;
                });
            if (filter is not null)
            {
                tasks.AddFilter(filter);
            }
        },
        services: s => s.AddScoped<CurrentTenant>().AddSingleton(_seen).AddTaskClientFilter<NotesCalls>(),
        storage: storage);

    public sealed class CurrentTenant
    {
        private string? _name;

        public string Name => _name ?? throw new InvalidOperationException("No tenant.");

        public void Set(string? name) => _name = name;
    }

    public sealed class UseTenant(CurrentTenant tenant) : ITaskRunFilter
    {
        public ValueTask<object?> InvokeAsync(TaskRunContext run, TaskRunDelegate next)
        {
            tenant.Set(run.Headers.GetValueOrDefault("tenant"));
            return next(run);
        }
    }

    public sealed class NotesCalls(ConcurrentQueue<string> seen) : ITaskClientFilter
    {
        public ValueTask<object?> InvokeAsync(TaskClientCall call, TaskClientDelegate next)
        {
            seen.Enqueue($"client:{call.Kind}:{call.Task}");
            call.Headers["tenant"] = "from a filter";
            return next(call);
        }
    }
}
