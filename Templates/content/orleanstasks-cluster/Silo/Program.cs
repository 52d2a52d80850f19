using Company.Tasks.Contracts;
using Company.Tasks.ServiceDefaults;
using Company.Tasks.Silo;
using Orleans.Configuration;
using OrleansTasks;

var builder = WebApplication.CreateBuilder(args);
builder.AddServiceDefaults();
builder.Services.AddSingleton<Reports>();

var settings = builder.Configuration;
builder.UseOrleans(silo =>
{
    silo.Configure<ClusterOptions>(o => o.ClusterId = o.ServiceId = settings.ClusterId());
    silo.UsePlace(settings);
    silo.UseStoreNameTaskClustering(settings.StoreConnection());
    silo.UseStoreNameTasks(settings.StoreConnection());
    silo.AddTasks(tasks =>
    {
        // Scheduled tasks. Schedules use UTC unless you name a time zone.
        tasks.Minutes(1, "clean-up", (Reports reports) => reports.CleanUp());
        tasks.Cron("0 9 * * MON-FRI", "report", (Reports reports, TaskRunContext run) => reports.Make(run.ScheduledAt),
            timeZone: "Europe/Berlin");

        // A task on request. Another silo repeats the run if its silo is lost.
        tasks.Define(Names.Square.Name, (int n) => (long)n * n, new TaskOptions { Guarantee = RunGuarantee.AtLeastOnce });
    });
});

var app = builder.Build();
app.MapServiceDefaults();
app.Run();
