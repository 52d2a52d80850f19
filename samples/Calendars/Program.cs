// Defines schedules that observe business calendars: holidays, closed weekdays, and exceptional open days.
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
    .AddTasks(tasks => tasks.Define("pay", () => "Paid.")));
using var host = builder.Build();
await host.StartAsync();
var client = host.Services.GetRequiredService<ITaskClient>();

// A calendar belongs to the cluster, and can change at any time. Saturdays and Sundays are closed by default.
await client.PutCalendarAsync("bank", new BusinessCalendar { ClosedEveryYear = ["01-01", "12-25"], Closed = [new DateOnly(2027, 3, 26)] });

// The 25th of each month at ten, or the open day before if the 25th is closed.
var payday = await client.ScheduleAsync(new TaskRegistration
{
    Name = "payday",
    Handler = "pay",
    Schedule = TaskSchedule.Cron("0 10 25 * *", "Europe/London").OnOpenDays("bank", ClosedDayRule.Previous),
});
foreach (var occurrence in await payday.OccurrencesAsync(3, from: new DateTimeOffset(2027, 10, 1, 0, 0, 0, TimeSpan.Zero)))
{
    Console.WriteLine($"{occurrence.Planned:yyyy-MM-dd}: paid on {occurrence.Local:ddd yyyy-MM-dd}");
}

// The third and the last open day of each month.
var numbered = TaskSchedule.Cron("0 10 * * *", "Europe/London").OnBusinessDays("bank", 3, -1);
var preview = await payday.PreviewAsync(numbered, from: new DateTimeOffset(2027, 3, 1, 0, 0, 0, TimeSpan.Zero),
    to: new DateTimeOffset(2027, 4, 1, 0, 0, 0, TimeSpan.Zero));
Console.WriteLine($"By number, in March: {string.Join(", ", preview.Added.Where(o => o.Occurs).Select(o => o.Local.Day))}");
await host.StopAsync();
