// Starts two silos and a web server, which keep their tasks in a Redis that already runs:
// ConnectionStrings__redis=localhost:6379 dotnet run --project Tests/AppHost
var builder = DistributedApplication.CreateBuilder(args);

var tasks = builder.AddOrleansTasks("tasks").WithRedis(builder.AddConnectionString("redis"));
var silo = builder.AddProject<Projects.OrleansTasks_Silo>("silo").WithHttpEndpoint().WithReference(tasks).WithReplicas(2);
builder.AddProject<Projects.OrleansTasks_ClientSample>("web").WithHttpEndpoint().WithReference(tasks.AsClient()).WaitFor(silo);

builder.Build().Run();
