using System.Collections.Concurrent;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Cluster;

/// <summary>A run whose cancellation was confirmed does not execute again, whatever is lost before it ends.</summary>
[Long]
public sealed class CancelRunTests
{
    private readonly ConcurrentQueue<RunId> _begun = new();
    private readonly Happenings _happened = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The handler ignores its cancellation, and its silo is lost.</summary>
    [Theory(Timeout = TestCluster.TestTimeout)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task CancelRunAsync_ThenSiloLost_RunIsNotRepeated(bool isOccurrence)
    {
        var storage = new SharedStorage();
        RunId run;
        DateTimeOffset at;
        await using (var first = await StartAsync(storage))
        {
            if (isOccurrence)
            {
                await first.Client.ScheduleAsync(Minutely(), Stop);
                first.Clock.Advance(TimeSpan.FromMinutes(1));
            }
            else
            {
                await first.Client.DispatchAsync("work", ct: Stop);
            }

            await _happened.UntilAsync(() => !_begun.IsEmpty);
            run = Assert.Single(_begun);
            Assert.True(await first.Client.CancelRunAsync(run, Stop));
            at = first.Clock.GetUtcNow();
            storage.Failure = StorageFailure.Refuses;
            await first.KillSiloAsync(first.Silos[0]);
        }

        storage.Failure = StorageFailure.None;
        await using var second = await StartAsync(storage, at + TimeSpan.FromSeconds(5));
        var result = await second.Client.WaitAsync(run, Stop);

        Assert.Equal(RunStatus.Cancelled, result.Status);
        if (isOccurrence)
        {
            // The next occurrence still runs.
            second.Clock.Advance(TimeSpan.FromMinutes(1));
            await _happened.UntilAsync(() => _begun.Count > 1);
        }

        Assert.Single(_begun, run);

        // A silo that stops would wait for the handler.
        await second.KillSiloAsync(second.Silos[0]);
    }

    private static TaskRegistration Minutely() => new()
    {
        Name = "minutely",
        Handler = "work",
        Schedule = TaskSchedule.Every(TimeSpan.FromMinutes(1)),
        Options = new TaskOptions { Guarantee = RunGuarantee.AtLeastOnce },
    };

    private Task<TestCluster> StartAsync(SharedStorage storage, DateTimeOffset? at = null) => TestCluster.StartAsync(
        1,
        (tasks, _) => tasks.Define("work", (TaskRunContext run) =>
        {
            _begun.Enqueue(run.RunId);
            _happened.Note();
            return new TaskCompletionSource().Task;
        }),
        options: static o => o.Partitions = 1,
        storage: storage,
        at: at);
}
