using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Partitions;
using OrleansTasks.Running;
using OrleansTasks.Tasks;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Runs a silo with one task, and loses answers of calls.</summary>
internal sealed class RequestRig
{
    /// <summary>Gets the filter that loses answers.</summary>
    public LostAnswers Answers { get; } = new();

    /// <summary>Gets the runs that the handler executed, in order.</summary>
    public ConcurrentQueue<RunId> Ran { get; } = new();

    public static async Task DeactivateAsync(TestCluster cluster)
    {
        var grains = cluster.Services(0).GetRequiredService<LocalGrains>();
        await grains.DeactivateAsync<TaskGrain>(TestCluster.Stop);
        await grains.DeactivateAsync<SchedulerGrain>(TestCluster.Stop);
    }

    /// <summary>Makes a call whose first answer is lost.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="failover">Whether partitions and task grains are activated again before the repetition.</param>
    /// <param name="method">The method whose answer is lost.</param>
    /// <param name="call">The call.</param>
    /// <param name="meanwhile">What happens before the repetition.</param>
    public async Task<T> RepeatedAsync<T>(TestCluster cluster, bool failover, string method, Func<Task<T>> call,
        Func<Task>? meanwhile = null)
    {
        var lost = Answers.Lost;
        Answers.LoseNext(method, async () =>
        {
            await (meanwhile?.Invoke() ?? Task.CompletedTask);
            if (failover)
            {
                // Do not await this: the grains deactivate only after the present call.
                DeactivateAsync(cluster).Ignore();
            }
        });
        var answer = await call();
        Assert.Equal(lost + 1, Answers.Lost);
        return answer;
    }

    public Task<TestCluster> StartAsync(SharedStorage? storage = null) => TestCluster.StartAsync(
        1,
        (tasks, _) =>
            tasks.Define("work", (TaskRunContext run) => Ran.Enqueue(run.RunId),
                new TaskOptions { HistoryLength = 2, KeepSucceeded = new RunRetention { MaxRuns = 0 } }),
        realTime: true,
        options: o => o.Partitions = 1,
        services: s => s.AddSingleton<IIncomingGrainCallFilter>(Answers),
        storage: storage ?? new SharedStorage());
}
