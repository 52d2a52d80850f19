using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Testing;

namespace OrleansTasks.Tests.Testing.Runs;

public sealed class TaskRunTests
{
    private static readonly RetryPolicy Thrice = new() { MaxAttempts = 3, Delay = TimeSpan.FromMinutes(1), Jitter = 0 };

    [Fact]
    public async Task Run_OfAClass_ReturnsEverythingItDid()
    {
        var mailer = new FakeMailer();
        var run = await TaskRun.For<SendMail>().With(s => s.AddSingleton<IMailer>(mailer))
            .WithArguments(new Mail("ann@example.com", "Hello")).Named("send-mail").RunAsync();

        Assert.True(run.Successful, run.Error);
        Assert.Equal(("m1", "send-mail", 1), (run.GetValue<string>(), run.Result.Task, run.Result.Attempt));
        Assert.Equal([0.5, 1], run.Progress.Select(p => p.Fraction));
        Assert.Equal("sending", run.Progress[0].Message);
        Assert.Equal("Sent to ann@example.com as m1", Assert.Single(run.Log).Message);
        var next = Assert.Single(run.Dispatched);
        Assert.Equal(("check-delivery", "m1", TaskRun.DefaultInstant.AddHours(1)), (next.Task, next.Arguments.Get<string>(0), next.DueAt));
        var message = Assert.Single(run.Broadcasts);
        Assert.Equal(("send-mail", "m1"), (message.Task, message.Message.GetProperty("sent").GetString()));
        Assert.Empty(run.CancelledTasks);
        Assert.Equal(RunStatus.Succeeded, Assert.Single(run.Attempts).Status);
    }

    [Fact]
    public async Task Run_OfADelegate_BindsArgumentsAndServices()
    {
        var run =
            await TaskRun.For(
                (int n, string text, TimeProvider time, TaskRunContext context) =>
                    $"{n} {text} {time.GetUtcNow():O} {context.Attempt} {context.Headers["tenant"]}")
            .WithArguments(13, "x").At(new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero)).Attempt(2).WithHeader("tenant", "acme").RunAsync();

        Assert.Equal("13 x 2026-07-01T00:00:00.0000000+00:00 2 acme", run.GetValue<string>());
    }

    [Fact]
    public async Task Run_WithNamedArguments_BindsByName()
    {
        var run = await TaskRun.For((int n, string text = "none") => $"{n} {text}").WithArguments(TaskArguments.Named(("n", 1))).RunAsync();
        Assert.Equal("1 none", run.GetValue<string>());
    }

    [Fact]
    public async Task Run_WithACollection_TakesItsItemsAsArguments()
    {
        var run = await TaskRun.For((int a, int b) => a + b).WithArguments([1, 2]).RunAsync();
        Assert.Equal(3, run.GetValue<int>());
    }

    [Fact]
    public async Task Run_ArgumentDoesNotBind_ThrowsLikeAClient()
    {
        var e = await Assert.ThrowsAsync<TaskArgumentException>(() => TaskRun.For((int n) => n).WithArguments("abc").RunAsync());
        Assert.Contains("'n'", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_InvalidHandler_ListsTheFaults()
    {
        var e = await Assert.ThrowsAsync<InvalidTaskException>(() => TaskRun.For<SendMail>().RunAsync());
        Assert.Contains(nameof(IMailer), e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ThatFailsTwice_IsRetriedInVirtualTime()
    {
        var run = await TaskRun.For<SendMail>().With(s => s.AddSingleton<IMailer>(new FakeMailer(failures: 2)))
            .WithArguments(new Mail("a", "b")).WithRetry(Thrice).RunAsync();

        Assert.Equal((RunStatus.Succeeded, 3), (run.Status, run.Result.Attempt));
        Assert.Equal([RunStatus.Failed, RunStatus.Failed, RunStatus.Succeeded], run.Attempts.Select(a => a.Status));
        Assert.Equal([TimeSpan.Zero, TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(3)],
            run.Attempts.Select(a => a.StartedAt!.Value - TaskRun.DefaultInstant));
        Assert.Contains("does not answer", run.Attempts[0].Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_AsALaterAttempt_HasTheRemainingAttemptsOnly()
    {
        var run = await TaskRun.For((TaskRunContext context) =>
        {
            throw new InvalidOperationException(
            $"{context.Attempt} {context.AttemptsLeft}");
        }).Attempt(3).WithRetry(Thrice).RunAsync();
        Assert.Equal((RunStatus.Failed, "3 0", 3), (run.Status, run.Error, run.Result.Attempt));
        Assert.IsType<InvalidOperationException>(run.Exception);
    }

    [Fact]
    public async Task Run_ThatMayNotBeRepeated_EndsWithTheFirstAttempt()
    {
        var run = await TaskRun.For(() => { throw new DoNotRetryException("Never."); }).WithRetry(Thrice).RunAsync();
        Assert.Equal((RunStatus.Failed, "Never.", 1), (run.Status, run.Error, run.Attempts.Count));
    }

    [Fact]
    public async Task Run_ThatWaitsForTheClock_IsNotWaitedFor()
    {
        var run = await TaskRun.For(async (TimeProvider time, CancellationToken stop) =>
        {
            await Task.Delay(TimeSpan.FromHours(3), time, stop);
            return time.GetUtcNow();
        }).RunAsync();
        Assert.Equal(TaskRun.DefaultInstant.AddHours(3), run.GetValue<DateTimeOffset>());
    }

    [Fact]
    public async Task Run_ThatTakesTooLong_TimesOut()
    {
        var run =
            await TaskRun.For(async (TimeProvider time, CancellationToken stop) => await Task.Delay(TimeSpan.FromHours(3), time, stop))
                .WithTimeout(TimeSpan.FromMinutes(5)).RunAsync();
        Assert.Equal((RunStatus.TimedOut, TimeSpan.FromMinutes(5)), (run.Status, run.Result.FinishedAt - run.Result.StartedAt));
    }

    [Fact]
    public async Task Run_ThatWaitsForItsTokenOnly_TimesOut()
    {
        var run = await TaskRun.For((CancellationToken stop) => new TaskCompletionSource().Task.WaitAsync(stop))
            .WithTimeout(TimeSpan.FromMinutes(5)).RunAsync();
        Assert.Equal(RunStatus.TimedOut, run.Status);
    }

    [Fact]
    public async Task Run_ThatIsCancelledAfterATime_StopsThen()
    {
        var run =
            await TaskRun.For(async (TimeProvider time, CancellationToken stop) => await Task.Delay(TimeSpan.FromHours(3), time, stop))
                .CancelAfter(TimeSpan.FromSeconds(10)).WithRetry(Thrice).RunAsync();
        Assert.Equal((RunStatus.Cancelled, TimeSpan.FromSeconds(10), 1),
            (run.Status, run.Result.FinishedAt - TaskRun.DefaultInstant, run.Attempts.Count));
    }

    [Fact]
    public async Task Run_CancelledImmediately_DoesNotStart()
    {
        var run = await TaskRun.For(() => { throw new InvalidOperationException(); }).CancelAfter(TimeSpan.Zero).RunAsync();
        Assert.Equal((RunStatus.Cancelled, 0), (run.Status, run.Result.Attempt));
        Assert.Null(run.Exception);
    }

    [Fact]
    public async Task Run_ThatIsCancelledByAToken_Stops()
    {
        using var stop = new CancellationTokenSource();
        var run = await TaskRun.For((CancellationToken ct) =>
        {
            stop.Cancel();
            return new TaskCompletionSource().Task.WaitAsync(ct);
        }).CancelBy(stop.Token).RunAsync();
        Assert.Equal(RunStatus.Cancelled, run.Status);
    }

    [Fact]
    public async Task Run_ThatNeverEnds_FailsWithTheReason()
    {
        var e = await Assert.ThrowsAsync<TimeoutException>(
            () => TaskRun.For(() => new TaskCompletionSource().Task).Named("stuck").WithPatience(TimeSpan.FromMilliseconds(50)).RunAsync());
        Assert.Contains("'stuck' has not ended", e.Message, StringComparison.Ordinal);
        Assert.Contains("WithTimeout", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_WithFilters_CallsThemAroundTheHandler()
    {
        var seen = new List<string>();
        var run = await TaskRun.For(() => 1)
            .WithFilter(async (context, next) =>
            {
                seen.Add("outer");
                return (int)(await next(context))! + 1;
            })
            .WithFilter<Doubling>()
            .RunAsync();
        Assert.Equal((3, "outer"), (run.GetValue<int>(), Assert.Single(seen)));
    }

    [Fact]
    public async Task Run_WithAContainer_UsesItsServicesAndAddsMissingOnes()
    {
        await using var container = new ServiceCollection().AddScoped<IMailer>(_ => new FakeMailer()).BuildServiceProvider();
        var described = TaskRun.For<SendMail>().With(container).WithArguments(new Mail("a", "b"));
        var runs = new[] { await described.RunAsync(), await described.RunAsync() };
        Assert.All(runs, static r => Assert.Equal(("m1", 1, 1), (r.GetValue<string>(), r.Log.Count, r.Dispatched.Count)));
    }

    [Fact]
    public async Task Run_WithAContainerThatLogs_KeepsEachLineOnce()
    {
        await using var container = new ServiceCollection().AddLogging().AddSingleton<IMailer>(new FakeMailer()).AddFakeTaskClient()
            .BuildServiceProvider();
        var described = TaskRun.For<SendMail>().With(container).WithArguments(new Mail("a", "b"));
        var runs = new[] { await described.RunAsync(), await described.RunAsync() };
        Assert.All(runs, static r => Assert.Single(r.Log));
        Assert.All(runs, static r => Assert.Single(r.Dispatched));
        Assert.Equal(2, container.GetRequiredService<FakeTaskClient>().Dispatched.Count);
    }

    [Fact]
    public async Task Run_WithAClockOfTheTest_IsMovedByTheTest()
    {
        var clock = new FakeTimeProvider(TaskRun.DefaultInstant);
        var begun = new TaskCompletionSource();
        var running = TaskRun.For(async (TimeProvider time) =>
        {
            var wait = Task.Delay(TimeSpan.FromHours(1), time);
            begun.SetResult();
            await wait;
        }).WithClock(clock).RunAsync();
        await begun.Task;
        clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(TaskRun.DefaultInstant.AddHours(1), (await running).Result.FinishedAt);
    }

    [Fact]
    public async Task Run_ThatCancelsItsTask_ReportsIt()
    {
        var run = await TaskRun.For(async (TaskRunContext context, ITaskClient client) =>
        {
            await context.CancelTaskAsync();
            await client.GetTask("other").CancelAsync();
        }).Named("mine").RunAsync();
        Assert.Equal(["mine", "other"], run.CancelledTasks);
    }

    [Fact]
    public async Task Context_CreatedByATest_RecordsItsCalls()
    {
        var run = new TestRunContext { Task = "import", Attempt = 2, Headers = new Dictionary<string, string> { ["tenant"] = "acme" } };
        TaskRunContext context = run;
        context.ReportProgress(0.3, "three");
        await context.BroadcastAsync(7);
        await context.CancelTaskAsync();

        Assert.Equal((2, "import", "acme"), (context.Attempt, context.Task, context.Headers["TENANT"]));
        Assert.Equal((0.3, "three"), (run.Progress[0].Fraction!.Value, run.Progress[0].Message));
        Assert.Equal((7, "import", true), (run.Broadcasts[0].GetValue<int>(), run.Broadcasts[0].Task, run.IsTaskCancelled));
        Assert.Throws<ArgumentOutOfRangeException>(() => context.ReportProgress(2));
    }

    /// <summary>Prints how long a run takes. It asserts nothing, since the machine may be busy.</summary>
    [Fact]
    public async Task Run_ManyTimes_ReportsTheTimePerRun()
    {
        const int Count = 300;
        foreach (var _ in Enumerable.Range(0, 2))
        {
            var since = TimeProvider.System.GetTimestamp();
            for (var n = 0; n < Count; n++)
            {
                await TaskRun.For<SendMail>().With(static s => s.AddSingleton<IMailer>(new FakeMailer())).WithArguments(new Mail("a", "b"))
                    .RunAsync();
            }

            TestContext.Current.TestOutputHelper?.WriteLine(
                $"A class, described anew: {TimeProvider.System.GetElapsedTime(since).TotalMilliseconds / Count:0.000} ms");
            since = TimeProvider.System.GetTimestamp();
            for (var n = 0; n < Count; n++)
            {
                await TaskRun.For(static (int i) => i).WithArguments(n).RunAsync();
            }

            TestContext.Current.TestOutputHelper?.WriteLine(
                $"A delegate, described anew: {TimeProvider.System.GetElapsedTime(since).TotalMilliseconds / Count:0.000} ms");
        }
    }

    private sealed class Doubling(ILogger<Doubling> log) : ITaskRunFilter
    {
        public async ValueTask<object?> InvokeAsync(TaskRunContext run, TaskRunDelegate next)
        {
            log.LogInformation("doubling");
            return (int)(await next(run))! * 2;
        }
    }
}
