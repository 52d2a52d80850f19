using Quartz;

namespace OrleansTasks.Benchmarks.Jobs;

/// <summary>Runs Quartz.NET jobs with a trigger that starts now, in memory or on PostgreSQL.</summary>
internal sealed class QuartzJobs : IJobEngine
{
    private readonly IScheduler _scheduler;
    private int _number;

    private QuartzJobs(IScheduler scheduler, double share) => (_scheduler, Share) = (scheduler, share);

    public string Name => "Quartz";

    public double Share { get; }

    /// <param name="postgreSql">The connection string. Null: the store in memory.</param>
    public static async Task<QuartzJobs> StartAsync(string? postgreSql = null)
    {
        var scheduler = await QuartzSchedulerBuilder.Create(quartz =>
        {
            quartz.UseDefaultThreadPool(JobRace.Workers);
            if (postgreSql is not null)
            {
                quartz.UsePersistentStore(store =>
                {
                    store.UsePostgres(postgreSql);
                    store.ProvisionSchema();
                });
            }
        }).BuildScheduler();
        await scheduler.Start();
        return new QuartzJobs(scheduler, postgreSql is null ? 1 : 0.1);
    }

    public async Task AddAsync()
    {
        var name = $"job-{Interlocked.Increment(ref _number)}";
        await _scheduler.ScheduleJob(JobBuilder.Create<NoopJob>().WithIdentity(name).Build(),
            TriggerBuilder.Create().WithIdentity(name).StartNow().Build());
    }

    public async Task<bool> IsRecordedAsync() => (await _scheduler.GetJobKeys(GroupMatcher<JobKey>.AnyGroup())).Count == 0;

    public async ValueTask DisposeAsync() => await _scheduler.Shutdown();

    private sealed class NoopJob : IJob
    {
        public ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
        {
            JobRace.Handle();
            return ValueTask.CompletedTask;
        }
    }
}
