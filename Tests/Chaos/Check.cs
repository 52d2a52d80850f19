using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansTasks.Chaos.Faults;
using OrleansTasks.Chaos.Judging;
using OrleansTasks.Chaos.Machines;

namespace OrleansTasks.Chaos;

/// <summary>Stores the outcome of a check.</summary>
internal sealed record Outcome(
    Verdict Verdict, Claims Claims, IReadOnlyList<RunRecord> Records, IReadOnlyList<Outage> Outages, DateTimeOffset Start,
    DateTimeOffset End, int Refused);

/// <summary>Runs one check of a cluster: applies load and faults, waits until everything has settled, and judges the outcome.</summary>
internal sealed class Check(ChaosOptions options, ITestedCluster cluster, TimeProvider time)
{
    public async Task<Outcome> RunAsync()
    {
        using var host = ClientHost.Build(cluster.Access, log => Logs.ToFile(log, Path.Combine(options.Folder, "client.log")));
        await ConnectAsync(host);
        var tasks = host.Services.GetRequiredService<ITaskClient>();
        var book = options.HasBook ? new BookLoad(tasks, options, cluster.Access.Connection, time) : null;
        var workload = new Workload(tasks, options, cluster.Prefix, book, time);
        await using var subscriber = await Subscriber.StartAsync(tasks, cluster.Prefix, time);
        try
        {
            await RegisterAsync(workload);
            if (cluster.Faults is OwnFaults own)
            {
                own.Deadly = workload.DispatchDeadlyAsync;
            }

            var plan = FaultPlan.Make(options);
            await using var notices = plan.Any(f => f.Kind == FaultKind.Rollback) ? await NoticeListener.StartAsync(tasks, time) : null;
            var start = time.GetUtcNow();
            Console.WriteLine(
                $"{options.Store}, {options.Silos} silos, {options.Tasks} tasks, {plan.Count} faults, seed {options.Seed}; logs in "
                    + $"{options.Folder}, records in {cluster.Records}");
            var (outages, end) = await LoadAsync(workload, plan, start);
            Console.WriteLine("The load is over; waiting for what is under way.");
            await Task.Delay(Promises.Recovery, time);
            var claims = await workload.SettleAsync(end, subscriber) with { Notices = notices?.Heard, Logged = cluster.Logged };
            return Judged(claims, outages, start, end, workload.Refused);
        }
        finally
        {
            if (options.Attachment is not null)
            {
                await RemoveAsync(workload);
            }

            await host.StopAsync();
        }
    }

    private static async Task ConnectAsync(IHost host)
    {
        try
        {
            await host.StartAsync();
        }
        catch (TaskException e)
        {
            throw new CheckImpossibleException(e.Message, e);
        }
    }

    private static async Task RegisterAsync(Workload workload)
    {
        try
        {
            await workload.RegisterAsync();
        }
        catch (InvalidTaskException e)
        {
            throw new CheckImpossibleException($"{e.Message} The silos need the handler of docs/guarantees.md.", e);
        }
    }

    /// <summary>Applies load and faults for the requested time, and until the last fault is healed.</summary>
    private async Task<(IReadOnlyList<Outage> Outages, DateTimeOffset End)> LoadAsync(Workload workload, IReadOnlyList<Fault> plan,
        DateTimeOffset start)
    {
        using var stop = new CancellationTokenSource();
        var load = workload.RunAsync(stop.Token);
        try
        {
            var outages = await new FaultInjector(cluster.Faults, options.Silos == 1, time).RunAsync(plan, start);
            if (start + options.Duration - time.GetUtcNow() is { Ticks: > 0 } rest)
            {
                await Task.Delay(rest, time);
            }

            return (outages, time.GetUtcNow());
        }
        finally
        {
            await stop.CancelAsync();
            await load;
        }
    }

    private Outcome Judged(Claims claims, IReadOnlyList<Outage> outages, DateTimeOffset start, DateTimeOffset end, int refused)
    {
        var records = Plant.Apply(options.Plant, RecordFiles.Read(cluster.Records, cluster.Prefix));
        var work = Plant.Apply(options.Plant, RecordFiles.ReadWork(cluster.Records));
        claims = claims with
        {
            Subscription = Plant.Apply(options.Plant, claims.Subscription),
            Book = Plant.Apply(options.Plant, claims.Book),
        };
        return new Outcome(Judge.Decide(claims, records, work, outages), claims, records, outages, start, end, refused);
    }

    private static async Task RemoveAsync(Workload workload)
    {
        try
        {
            await workload.RemoveAsync();
        }
        catch (Exception e)
        {
            // This failure must not hide the findings.
            Console.WriteLine($"Not all tasks could be taken out of the cluster again: {e.Message}");
        }
    }
}
