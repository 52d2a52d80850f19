using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests handlers and host services that throw at unexpected places. Every run ends, and releases its place.</summary>
public sealed class HostileHandlerTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_HostileException_EndsAndReleasesItsPlace()
    {
        await using var cluster = await TestCluster.StartAsync(
            1,
            (tasks, _) => tasks.Define("throw", (string kind) => { throw Make(kind); }, new TaskOptions { MaxConcurrentRuns = 1 }),
            options: o => o.MaxConcurrentRuns = 1,
            logs: new ThrowingLog());

        foreach (var kind in new[] { "message", "everything", "circle", "deep", "plain" })
        {
            var result = await cluster.Client.RunAsync("throw", [kind], ct: Stop);

            Assert.Equal(RunStatus.Failed, result.Status);
            Assert.Equal(Make(kind).GetType().FullName, result.ErrorType);
            Assert.False(string.IsNullOrEmpty(result.Error), kind);
            Assert.Equal(RunStatus.Failed,
                (await cluster.Client.WaitAsync(await cluster.Client.DispatchAsync("throw", [kind], ct: Stop), Stop)).Status);
        }

        Assert.Equal(0, cluster.Services(0).GetRequiredService<RunExecutor>().Active);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_LoggedValueThrows_KeepsTheOutcome()
    {
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("log", (ILogger<HostileHandlerTests> log) =>
        {
            log.Log(LogLevel.Warning, default, 0, new HostileException(everything: true),
                static (_, _) => throw new HostileException(everything: true));
            return 1;
        }));

        var result = await cluster.Client.RunAsync("log", ct: Stop);

        Assert.True(result.Successful, result.Error);
        Assert.Contains("could not be formatted", Assert.Single(result.Log).Message, StringComparison.Ordinal);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task RunAsync_WhenDisposalThrows_KeepsTheOutcomeAndNotesIt()
    {
        var calls = 0;
        await using var cluster = await TestCluster.StartAsync(
            1,
            (tasks, _) => tasks
                .Define("scoped", (bool fail, Bad bad) =>
                {
                    calls++; return fail
                    ? throw new DoNotRetryException("its own")
                    : 7;
                }, new TaskOptions { Retry = new RetryPolicy { Delay = TimeSpan.Zero } })
                .Define<BadHandler>("class"),
            services: s => s.AddScoped<Bad>());

        var good = await cluster.Client.RunAsync("scoped", [false], ct: Stop);
        var bad = await cluster.Client.RunAsync("scoped", [true], ct: Stop);
        var ofClass = await cluster.Client.RunAsync("class", TaskArguments.Named(("n", 3)), ct: Stop);

        Assert.Equal((7, 1), (good.GetValue<int>(), good.Attempt));
        Assert.Equal((RunStatus.Failed, "its own", 1), (bad.Status, bad.Error, bad.Attempt));
        Assert.Equal((3, 1), (ofClass.GetValue<int>(), ofClass.Attempt));
        Assert.Equal(2, calls);
        Assert.All(new[] { good, bad, ofClass },
            r => Assert.Contains("disposing the run's services threw System.InvalidOperationException: bad disposal",
                Assert.Single(r.Log).Message, StringComparison.Ordinal));
    }

    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(false, RunStatus.Cancelled)]
    [InlineData(true, RunStatus.TimedOut)]
    public async Task Cancel_HandlerWrapsTheCancellation_IsNotAFailure(bool timeout, RunStatus expected)
    {
        var started = new TaskCompletionSource();
        await using var cluster = await TestCluster.StartAsync(1, (tasks, _) => tasks.Define("wait", (CancellationToken stop) =>
        {
            started.SetResult();

            // This throws an AggregateException that contains the cancellation.
            new TaskCompletionSource().Task.WaitAsync(stop).Wait(CancellationToken.None);
        }));

        var run = await cluster.Client.DispatchAsync("wait", options: new DispatchOptions { Timeout = TimeSpan.FromMinutes(1) }, ct: Stop);
        await started.Task.WaitAsync(Stop);
        if (timeout)
        {
            cluster.Clock.Advance(TimeSpan.FromMinutes(1));
        }
        else
        {
            Assert.True(await cluster.Client.CancelRunAsync(run, Stop));
        }

        Assert.Equal(expected, (await cluster.Client.WaitAsync(run, Stop)).Status);
    }

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Cancel_WhileWaitingForTheNextAttempt_KeepsTheErrorOfTheLastOne()
    {
        using var logs = new LogWatch();
        await using var cluster = await TestCluster.StartAsync(
            1, (tasks, _) => tasks.Define("fail", () =>
            {
                throw new InvalidOperationException(
                "the true reason");
            }, new TaskOptions { Retry = new RetryPolicy { Delay = TimeSpan.FromHours(1) } }), logs: logs);
        var run = await cluster.Client.DispatchAsync("fail", ct: Stop);

        // The run now waits for its next attempt.
        await logs.UntilAsync(361, 1);

        Assert.True(await cluster.Client.CancelRunAsync(run, Stop));

        var result = await cluster.Client.WaitAsync(run, Stop);
        Assert.Equal(RunStatus.Cancelled, result.Status);
        Assert.Equal("The run was stopped while it waited for its next attempt. One attempt failed before, with: the true reason",
            result.Error);
    }

    private static Exception Make(string kind) => kind switch
    {
        "message" => new HostileException(everything: false),
        "everything" => new HostileException(everything: true),
        "circle" => Circle(),
        "deep" => Enumerable.Range(0, 20_000)
            .Aggregate(new InvalidOperationException("deepest"), (inner, n) => new InvalidOperationException($"level {n}", inner)),
        _ => new InvalidOperationException("plain"),
    };

    private static InvalidOperationException Circle()
    {
        var inner = new InvalidOperationException("inner");
        var outer = new InvalidOperationException("outer", inner);
        typeof(Exception).GetField("_innerException",
            System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.SetValue(inner, outer);
        return outer;
    }

    private sealed class HostileException(bool everything) : Exception
    {
        public override string Message => throw new InvalidOperationException("no message");

        public override string? StackTrace => everything ? throw new InvalidOperationException("no stack") : base.StackTrace;

        public override System.Collections.IDictionary Data => everything ? throw new InvalidOperationException("no data") : base.Data;

        public override string ToString() => throw new InvalidOperationException("no text");
    }

    private sealed class Bad : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => throw new InvalidOperationException("bad disposal");
    }

    private sealed class BadHandler : ITaskHandler<BadHandler.Arguments, int>, IDisposable
    {
        public Task<int> RunAsync(Arguments arguments, TaskRunContext run, CancellationToken ct) => Task.FromResult(arguments.N);

        public void Dispose() => throw new InvalidOperationException("bad disposal");

        public sealed record Arguments(int N);
    }

    /// <summary>Throws on each log message of the library.</summary>
    private sealed class ThrowingLog : ILoggerProvider, ILogger
    {
        private bool _isOurs;

        public ILogger CreateLogger(string categoryName) =>
            new ThrowingLog { _isOurs = categoryName.StartsWith(nameof(OrleansTasks), StringComparison.Ordinal) };

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => _isOurs;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (_isOurs)
            {
                throw new HostileException(everything: true);
            }
        }
    }
}
