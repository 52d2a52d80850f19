using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Tests results that are large together, although each is small. They are stored and read in parts.</summary>
public sealed class LargeResultTests
{
    private const int Size = 400_000;
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact(Timeout = TestCluster.TestTimeout)]
    public async Task Results_LargeAndManyWhileStorageHangs_AreAllStored()
    {
        const int Runs = 90;
        var storage = new SharedStorage();
        using var logs = new GivenUp();
        var gate = new TaskCompletionSource();
        await using var cluster = await TestCluster.StartAsync(
            1,
            (tasks, _) => tasks.Define("large", async () =>
            {
                await gate.Task;
                return new string('x', Size);
            }),
            options: o => (o.Partitions, o.MaxConcurrentRuns) = (1, Runs),
            storage: storage,
            logs: logs);
        var runs = await Task.WhenAll(Enumerable.Range(0, Runs).Select(_ => cluster.Client.DispatchAsync("large", ct: Stop)));

        storage.Failure = StorageFailure.Refuses;
        gate.SetResult();
        await storage.Changes.UntilAsync(() => storage.Failures > 1);
        storage.Failure = StorageFailure.None;
        foreach (var run in runs)
        {
            Assert.Equal(RunStatus.Succeeded, (await cluster.Client.WaitAsync(run, Stop)).Status);
        }

        Assert.Empty(logs.Messages);
    }

    private sealed class GivenUp : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<string> _messages = new();

        public IReadOnlyCollection<string> Messages => _messages;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            if (formatter(state, exception) is var message
                && (message.Contains("is closed here", StringComparison.Ordinal)
                    || message.Contains("failed permanently", StringComparison.Ordinal)))
            {
                _messages.Enqueue(message);
            }
        }

        public void Dispose()
        {
        }
    }
}
