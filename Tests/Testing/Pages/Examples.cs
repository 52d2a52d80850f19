using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Testing;

namespace OrleansTasks.Tests.Testing.Pages;

#pragma warning disable xUnit1051 // Examples say only what they are about, and tokens differ from framework to framework.

// What docs/testing-your-tasks.md shows, between the marks, is here, so that it is compiled and run.
public sealed class Examples
{
    // example: code
    public sealed record Mail(string To, string Subject);

    public sealed class SendMail(IMailer mailer, ILogger<SendMail> log, ITaskClient tasks) : ITaskHandler<Mail, string>
    {
        public async Task<string> RunAsync(Mail arguments, TaskRunContext run, CancellationToken cancellationToken)
        {
            run.ReportProgress(0.5, "sending");
            var id = await mailer.SendAsync(arguments.To, arguments.Subject, cancellationToken);
            log.LogInformation("Sent to {To}", arguments.To);
            await tasks.DispatchAsync("check-delivery", [id], new DispatchOptions { Delay = TimeSpan.FromHours(1) }, cancellationToken);
            return id;
        }
    }
    // end

    public interface IMailer
    {
        Task<string> SendAsync(string to, string subject, CancellationToken ct);
    }

    public sealed class FakeMailer(int failures = 0) : IMailer
    {
        private int _sent;

        public Task<string> SendAsync(string to, string subject, CancellationToken ct) =>
            ++_sent > failures ? Task.FromResult($"m{_sent}") : throw new TimeoutException("The mail server does not answer.");
    }

    // example: handler
    [Fact]
    public async Task SendMail_WithAMail_SendsItAndChecksLater()
    {
        var run = await TaskRun.For<SendMail>()
            .With(services => services.AddSingleton<IMailer>(new FakeMailer()))
            .WithArguments(new Mail("ann@example.com", "Hello"))
            .RunAsync();

        Assert.Equal("m1", run.GetValue<string>());
        Assert.Equal("sending", run.Progress[0].Message);
        Assert.Equal("Sent to ann@example.com", run.Log[0].Message);
        Assert.Equal("check-delivery", run.Dispatched[0].Task);
        Assert.Equal("m1", run.Dispatched[0].Arguments.Get<string>(0));
    }
    // end

    // example: retry
    [Fact]
    public async Task SendMail_WhileTheServerIsDown_TriesAgain()
    {
        var run = await TaskRun.For<SendMail>()
            .With(services => services.AddSingleton<IMailer>(new FakeMailer(failures: 2)))
            .WithArguments(new Mail("ann@example.com", "Hello"))
            .WithRetry(new RetryPolicy { MaxAttempts = 3, Delay = TimeSpan.FromMinutes(5), Jitter = 0 })
            .RunAsync();

        Assert.Equal(RunStatus.Succeeded, run.Status);
        Assert.Equal(3, run.Attempts.Count);
        Assert.Equal(TimeSpan.FromMinutes(15), run.Attempts[2].StartedAt - run.Attempts[0].StartedAt);
    }
    // end

    // example: timeout
    [Fact]
    public async Task Import_ThatTakesTooLong_StopsWhenCancelled()
    {
        var run =
            await TaskRun.For(async (TimeProvider time, CancellationToken stop) => await Task.Delay(TimeSpan.FromHours(2), time, stop))
            .WithTimeout(TimeSpan.FromMinutes(30))
            .RunAsync();

        Assert.Equal(RunStatus.TimedOut, run.Status);
    }
    // end

    // example: context
    [Fact]
    public async Task Filter_ForATenant_PassesItOn()
    {
        var run = new TestRunContext { Headers = new Dictionary<string, string> { ["tenant"] = "acme" } };

        var value = await new UseTenant().InvokeAsync(run, context => ValueTask.FromResult<object?>(context.Headers["tenant"]));

        Assert.Equal("acme", value);
    }
    // end

    private sealed class UseTenant : ITaskRunFilter
    {
        public ValueTask<object?> InvokeAsync(TaskRunContext run, TaskRunDelegate next) => next(run);
    }

    // example: fake
    [Fact]
    public async Task Buy_OfABook_AsksForItsPriceAndSendsAMail()
    {
        var tasks = new FakeTaskClient();
        tasks.Answers("price", arguments => arguments.Get<string>(0) == "book" ? 12 : throw new InvalidOperationException("Unknown item."));

        await new Shop(tasks).BuyAsync("book");

        Assert.Equal("price", tasks.Runs[0].Task);
        Assert.Equal("mail", tasks.Dispatched[0].Task);
        Assert.Equal(12, tasks.Dispatched[0].Arguments.Get<int>(0));
    }
    // end

    // example: fake-push
    [Fact]
    public async Task Prices_WhenATaskBroadcastsThem_AreShown()
    {
        var tasks = new FakeTaskClient();
        await using var broadcasts = await tasks.SubscribeBroadcastsAsync(TestContext.Current.CancellationToken);

        tasks.PushBroadcast(new { item = "tea", price = 3 }, task: "prices");

        var message = await broadcasts.FirstAsync(TestContext.Current.CancellationToken);
        Assert.Equal("tea", message.Message.GetProperty("item").GetString());
    }
    // end

    // example: fake-services
    [Fact]
    public async Task Services_OfAWebServer_GetTheFake()
    {
        var services = new ServiceCollection().AddFakeTaskClient().AddTransient<Shop>();
        await using var provider = services.BuildServiceProvider();
        var tasks = provider.GetRequiredService<FakeTaskClient>();
        tasks.Returns("price", 12);

        await provider.GetRequiredService<Shop>().BuyAsync("book");

        Assert.Single(tasks.Dispatched);
    }
    // end

    public sealed class Shop(ITaskClient tasks)
    {
        public async Task BuyAsync(string item)
        {
            var price = await tasks.RunAsync<int>("price", [item]);
            await tasks.DispatchAsync("mail", [price]);
        }
    }

    // example: cluster
    [Fact]
    public async Task Report_InAWeekWithAClockChange_RunsEachMorning()
    {
        var reports = new List<DateTimeOffset>();
        await using var cluster = await TaskTestCluster.StartAsync(
            silos: 2,
            tasks => tasks.Cron("0 9 * * *", "report", (TaskRunContext run) => reports.Add(run.ScheduledAt), timeZone: "Europe/Berlin"),
            options => options.Start = new DateTimeOffset(2026, 3, 27, 12, 0, 0, TimeSpan.Zero));

        await cluster.AdvanceAsync(TimeSpan.FromDays(4));

        Assert.Equal([8, 7, 7, 7], reports.Select(r => r.Hour));
    }
    // end

    // example: faults
    [Fact]
    public async Task Tick_SiloKilled_ContinuesElsewhere()
    {
        var ticks = new List<DateTimeOffset>();
        await using var cluster = await TaskTestCluster.StartAsync(
            silos: 2, tasks => tasks.Hours(1, "tick", (TaskRunContext run) => ticks.Add(run.ScheduledAt)));

        await cluster.AdvanceToNextOccurrenceAsync("tick");
        await cluster.KillSiloAsync();
        await cluster.AdvanceToNextOccurrenceAsync("tick");
        await cluster.RestartAsync();
        await cluster.AdvanceToNextOccurrenceAsync("tick");

        Assert.Equal(3, ticks.Count);
    }
    // end

    // example: schedule
    [Fact]
    public void Report_OnWeekdays_OccursAtNineInBerlin()
    {
        var schedule = TaskSchedule.Cron("0 9 * * MON-FRI", "Europe/Berlin");

        schedule.ShouldOccur(
            from: new DateTimeOffset(2026, 3, 27, 0, 0, 0, TimeSpan.Zero),
            to: new DateTimeOffset(2026, 3, 31, 0, 0, 0, TimeSpan.Zero),
            new DateTimeOffset(2026, 3, 27, 9, 0, 0, TimeSpan.FromHours(1)),
            new DateTimeOffset(2026, 3, 30, 9, 0, 0, TimeSpan.FromHours(2)));
    }
    // end
}
