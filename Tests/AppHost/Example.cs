namespace OrleansTasks.Tests.AppHost;

// What docs/deployment.md shows. Nothing here is run, because AddRedis needs a container runtime; that it compiles is the test.
internal static class Example
{
    public static void Run(string[] args)
    {
        // example: app-host
        var builder = DistributedApplication.CreateBuilder(args);

        var tasks = builder.AddOrleansTasks("tasks").WithRedis(builder.AddRedis("redis"));
        var silo = builder.AddProject<Projects.Silo>("silo").WithReference(tasks).WithReplicas(3);
        builder.AddProject<Projects.Web>("web").WithReference(tasks.AsClient()).WaitFor(silo);

        builder.Build().Run();
        // end
    }
}
