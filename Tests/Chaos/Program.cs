using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansTasks;
using OrleansTasks.Chaos;
using OrleansTasks.Chaos.Faults;
using OrleansTasks.Chaos.Judging;
using OrleansTasks.Chaos.Machines;
using OrleansTasks.Tests.Servers;

if (args.FirstOrDefault() == SiloHost.Verb)
{
    await SiloHost.RunAsync(args[1..]);
    return 0;
}

ChaosOptions options;
try
{
    options = ChaosOptions.Parse(args);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message + Environment.NewLine + ChaosOptions.Usage);
    return 2;
}

var missing = options.Store switch
{
    Store.Redis => RedisServer.Missing,
    Store.Postgres => PostgreSqlServer.Missing,
    _ => null,
};
missing ??= options.Faults.Contains(FaultKind.Partition) ? Network.Missing : null;
if (missing is not null)
{
    Console.Error.WriteLine($"This cannot be checked here: {missing}");
    return 2;
}

var time = TimeProvider.System;
if (Directory.Exists(options.Folder))
{
    Directory.Delete(options.Folder, recursive: true);
}

Directory.CreateDirectory(options.Folder);
var plan = FaultPlan.Make(options);
await using var cluster = await TestedCluster.StartAsync(options, time);
using var host = Client(cluster, options);
await host.StartAsync();
var workload = new Workload(host.Services.GetRequiredService<ITaskClient>(), options, time);
using var stop = new CancellationTokenSource();
using var stopListening = new CancellationTokenSource();
var listening = workload.ListenAsync(stopListening.Token);
await workload.RegisterAsync(CancellationToken.None);
var start = time.GetUtcNow();
Console.WriteLine($"{options.Store}, {options.Silos} silos, {options.Tasks} tasks, {plan.Count} faults, seed {options.Seed}; records in {options.Folder}");
var load = workload.RunAsync(stop.Token);
var injector = new FaultInjector(cluster, time);
await injector.RunAsync(plan, start, CancellationToken.None);
var end = start + options.Duration;
if (end - time.GetUtcNow() is { Ticks: > 0 } rest)
{
    await Task.Delay(rest, time);
}

end = time.GetUtcNow();
await stop.CancelAsync();
await load;
Console.WriteLine("The load is over; waiting for what is under way.");
await Task.Delay(Promises.Recovery, time);
var claims = await workload.SettleAsync(end);
await stopListening.CancelAsync();
await listening;
await host.StopAsync();

var records = Directory.GetFiles(options.Folder, "*.records").SelectMany(f => RunRecord.Read(File.ReadAllText(f))).OrderBy(r => r.At).ToList();
var verdict = Judge.Decide(claims, Plant.Apply(options.Plant, records), injector.Outages);
await File.WriteAllTextAsync(Path.Combine(options.Folder, "timeline.html"), Timeline.Draw(verdict, injector.Outages, start, end));
await File.WriteAllLinesAsync(Path.Combine(options.Folder, "findings.txt"), verdict.Findings.Concat(
    claims.Requests.Where(r => r.Error is not null).Select(r => $"error of a run: {r.Error}")).Concat(
    verdict.Targets.Where(t => t is { Met: false, ReportedLost: true }).Select(t => $"reported lost: {t.Task.Name} due at {t.Due:HH:mm:ss.fff}")));
foreach (var finding in verdict.Findings.Take(40))
{
    Console.WriteLine(finding);
}

Console.WriteLine($"{claims.Dispatches.Count} dispatches acknowledged, {workload.Refused} not; {claims.Requests.Count} runs asked for, {claims.Requests.Count(r => r.Result?.Status == RunStatus.Lost)} lost with their silo, {claims.Requests.Count(r => r.Error is not null)} ended in errors; {records.Count(r => r.Kind == RecordKind.Start)} runs began.");
Console.WriteLine("RESULT " + JsonSerializer.Serialize(new
{
    scenario = "chaos",
    store = options.Store.ToString().ToLowerInvariant(),
    silos = options.Silos,
    seed = options.Seed,
    seconds = (int)(end - start).TotalSeconds,
    targets = verdict.Targets.Count,
    met = verdict.Met,
    missed = verdict.Missed,
    duplicates = verdict.Duplicates,
    lost = verdict.Lost,
    hung = verdict.Hung,
    reportedLost = verdict.ReportedLost,
    repeats = verdict.Repeats,
    latenessP99Ms = Math.Round(verdict.LatenessP99Ms, 1),
    recoveryP99Ms = Math.Round(verdict.RecoveryP99Ms, 1),
    faults = injector.Outages.GroupBy(o => o.Fault.Kind.ToString().ToLowerInvariant()).ToDictionary(g => g.Key, g => g.Count()),
}));
return verdict.Kept ? 0 : 1;

static IHost Client(TestedCluster cluster, ChaosOptions options)
{
    var builder = Host.CreateApplicationBuilder();
    builder.Logging.ClearProviders().AddProvider(new FileLog(Path.Combine(options.Folder, "client.log")));
    builder.Logging.AddFilter("Orleans", LogLevel.Warning).AddFilter("OrleansTasks", LogLevel.Debug);
    builder.UseOrleansClient(client => (options.Store switch
    {
        Store.Redis => client.UseRedisTaskClustering(cluster.Server!.ConnectionString),
        Store.Postgres => client.UsePostgreSqlTaskClustering(cluster.Server!.ConnectionString),
        _ => client.UseLocalhostClustering(cluster.GatewayPort),
    }).AddTaskClient());
    return builder.Build();
}
