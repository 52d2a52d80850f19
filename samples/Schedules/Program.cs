// Runs tasks by a period, and by a calendar in a time zone. Shows what a schedule plans, and what another one would change.
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansTasks;

var builder = Host.CreateApplicationBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Error);
builder.UseOrleans(silo => silo
    .UseLocalhostClustering(builder.Configuration.GetValue("SiloPort", 11111), builder.Configuration.GetValue("GatewayPort", 30000))
    .UseInMemoryTasks()
    .AddTasks(tasks => tasks
        .Milliseconds(200, "tick", (TaskRunContext run) => run.ScheduledAt)
        .Cron("0 9 * * MON-FRI", "report", () => "All is well.", timeZone: "Europe/Berlin")));
using var host = builder.Build();
await host.StartAsync();
var client = host.Services.GetRequiredService<ITaskClient>();

// A period counts from its anchor, not from the end of the last run, so it does not drift.
var ticks = new List<DateTimeOffset>();
await foreach (var result in client.Results("tick"))
{
    ticks.Add(result.GetValue<DateTimeOffset>());
    if (ticks.Count == 3)
    {
        break;
    }
}

var drifted = ticks.Count(t => (t - ticks[0]).Ticks % TimeSpan.FromMilliseconds(200).Ticks != 0);
Console.WriteLine($"Three ticks, {drifted} of them off the grid of 200 ms.");

// Nine o'clock local time stays nine o'clock when the clocks go forward, on 28 March 2027.
var report = client.GetTask("report");
foreach (var occurrence in await report.OccurrencesAsync(2, from: new DateTimeOffset(2027, 3, 26, 0, 0, 0, TimeSpan.Zero)))
{
    Console.WriteLine($"Report: {occurrence.Local:ddd yyyy-MM-dd HH:mm zzz}, which is {occurrence.Utc:HH:mm} UTC.");
}

// Previews a change before it applies it: the last Friday of the month in place of every workday.
var lastFriday = TaskSchedule.Calendar("FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=9;BYMINUTE=0;BYSECOND=0", timeZone: "Europe/Berlin");
var preview = await report.PreviewAsync(lastFriday, from: new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero),
    to: new DateTimeOffset(2027, 2, 1, 0, 0, 0, TimeSpan.Zero));
Console.WriteLine($"On the last Friday only: {preview.Removed.Count} fewer in January, {preview.Kept} kept.");
await report.UpdateAsync(r => r with { Schedule = lastFriday });
Console.WriteLine($"Now: {(await report.DescribeAsync()).ScheduleDescription}.");

await host.StopAsync();
