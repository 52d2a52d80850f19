using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>Adds a cluster that runs tasks to an app host.</summary>
public static class OrleansTasksBuilderExtensions
{
    private const string Redis = "Redis";
    private const string PostgreSql = "PostgreSql";
    private const string SiloEndpoint = "tasks-silo";
    private const string GatewayEndpoint = "tasks-gateway";

    /// <summary>Adds a cluster. Select a database for it, and add references to it to its silos and web servers.</summary>
    /// <remarks>
    /// <code>
    /// var tasks = builder.AddOrleansTasks("tasks").WithRedis(builder.AddRedis("redis"));
    /// var silo = builder.AddProject&lt;Projects.Silo&gt;("silo").WithReference(tasks).WithReplicas(3);
    /// builder.AddProject&lt;Projects.Web&gt;("web").WithReference(tasks.AsClient()).WaitFor(silo);
    /// </code>
    /// Programs receive the settings <c>Cluster:Provider</c>, <c>Cluster:ConnectionString</c> and <c>Cluster:Id</c>. Silos also receive
    /// <c>Storage:Provider</c>, <c>Storage:ConnectionString</c>, <c>Silo:Port</c>, <c>Silo:GatewayPort</c> and <c>Silo:Address</c>. The
    /// programs
    /// of the template <c>orleanstasks-cluster</c> read these settings.
    /// </remarks>
    /// <param name="builder">The app host's builder.</param>
    /// <param name="name">The name of the resource.</param>
    /// <returns>A builder for the cluster.</returns>
    public static IResourceBuilder<OrleansTasksResource> AddOrleansTasks(this IDistributedApplicationBuilder builder,
        [ResourceName] string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.AddResource(new OrleansTasksResource(name)).ExcludeFromManifest().WithInitialState(new CustomResourceSnapshot
        {
            ResourceType = "OrleansTasks",
            Properties = [],
            State = KnownResourceStates.Running,
        });
    }

    /// <summary>
    /// Keeps tasks and the membership table in Redis. Redis must keep an append-only file and must not evict, or tasks are lost.
    /// </summary>
    /// <param name="tasks">The cluster.</param>
    /// <param name="redis">The Redis resource.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public static IResourceBuilder<OrleansTasksResource> WithRedis(this IResourceBuilder<OrleansTasksResource> tasks,
        IResourceBuilder<IResourceWithConnectionString> redis) =>
        Use(tasks, Redis, redis);

    /// <summary>Keeps tasks and the membership table in a PostgreSQL database.</summary>
    /// <param name="tasks">The cluster.</param>
    /// <param name="database">The database resource, not its server.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public static IResourceBuilder<OrleansTasksResource> WithPostgreSql(this IResourceBuilder<OrleansTasksResource> tasks,
        IResourceBuilder<IResourceWithConnectionString> database) =>
        Use(tasks, PostgreSql, database);

    /// <summary>Sets the cluster's id, which differs from its name where clusters of several app hosts share a database.</summary>
    /// <param name="tasks">The cluster.</param>
    /// <param name="clusterId">The id.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public static IResourceBuilder<OrleansTasksResource> WithClusterId(this IResourceBuilder<OrleansTasksResource> tasks, string clusterId)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentException.ThrowIfNullOrWhiteSpace(clusterId);
        tasks.Resource.ClusterId = clusterId;
        return tasks;
    }

    /// <summary>
    /// Sets the path of the dashboard on web servers, and the path of the readiness check on all programs. Call it before adding references
    /// to programs.
    /// </summary>
    /// <param name="tasks">The cluster.</param>
    /// <param name="dashboard">The path of the dashboard on web servers. Null adds no links to it.</param>
    /// <param name="health">The path that answers 200 when the program is ready. Null adds no health checks.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public static IResourceBuilder<OrleansTasksResource> WithPaths(this IResourceBuilder<OrleansTasksResource> tasks, string? dashboard,
        string? health)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        (tasks.Resource.DashboardPath, tasks.Resource.HealthPath) = (dashboard, health);
        return tasks;
    }

    /// <summary>Returns a reference for a web server that has no silo of its own.</summary>
    /// <param name="tasks">The cluster.</param>
    /// <returns>The reference.</returns>
    public static OrleansTasksClientReference AsClient(this IResourceBuilder<OrleansTasksResource> tasks)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        return new OrleansTasksClientReference(tasks);
    }

    /// <summary>
    /// Makes a program a silo of the cluster: it receives the settings of the database and its own ports, and waits for the database.
    /// </summary>
    /// <remarks>If the program already has an HTTP endpoint, it also gets a health check.</remarks>
    /// <typeparam name="T">The type of the program's resource.</typeparam>
    /// <param name="silo">The program.</param>
    /// <param name="tasks">The cluster.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> silo, IResourceBuilder<OrleansTasksResource> tasks)
        where T : IResourceWithEnvironment, IResourceWithEndpoints, IResourceWithWaitSupport
    {
        ArgumentNullException.ThrowIfNull(silo);
        ArgumentNullException.ThrowIfNull(tasks);

        // No traffic uses the app host's proxy, but the app host chooses a port for each replica only for endpoints with a proxy. The
        // addresses of the proxies are useless, so the dashboard does not list them with the program's own.
        return silo.Connected(tasks)
            .WithEndpoint(scheme: "tcp", name: SiloEndpoint, env: "Silo__Port", isProxied: true, isExternal: false)
            .WithEndpoint(scheme: "tcp", name: GatewayEndpoint, env: "Silo__GatewayPort", isProxied: true, isExternal: false)
            .WithUrlForEndpoint(SiloEndpoint, static url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
            .WithUrlForEndpoint(GatewayEndpoint, static url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly)
            .WithEnvironment(context =>
            {
                var (provider, database) = Chosen(tasks.Resource);
                context.EnvironmentVariables["Storage__Provider"] = provider;
                context.EnvironmentVariables["Storage__ConnectionString"] = new ConnectionStringReference(database, optional: false);
                if (context.ExecutionContext.IsRunMode)
                {
                    // In run mode, all silos are on the app host's machine. Elsewhere, each silo finds its own address.
                    context.EnvironmentVariables["Silo__Address"] = "127.0.0.1";
                }
            });
    }

    /// <summary>Makes a web server a client of the cluster: it receives the settings to find the silos.</summary>
    /// <remarks>
    /// If the program already has an HTTP endpoint, it also gets a health check and, unless it has several replicas, a link to the
    /// dashboard. A dashboard page is connected to one process, but the app host's proxy sends its connections to any replica.
    /// </remarks>
    /// <typeparam name="T">The type of the program's resource.</typeparam>
    /// <param name="web">The program.</param>
    /// <param name="tasks">The cluster.</param>
    /// <returns>The same builder, so that calls can be chained.</returns>
    public static IResourceBuilder<T> WithReference<T>(this IResourceBuilder<T> web, OrleansTasksClientReference tasks)
        where T : IResourceWithEnvironment, IResourceWithEndpoints, IResourceWithWaitSupport
    {
        ArgumentNullException.ThrowIfNull(web);
        ArgumentNullException.ThrowIfNull(tasks);
        web.Connected(tasks.Tasks);
        if (HttpEndpoint(web.Resource) is not { } endpoint || tasks.Tasks.Resource.DashboardPath is not { } dashboard)
        {
            return web;
        }

        return web.WithUrls(context =>
        {
            // The number of replicas is known only now.
            if (context.Resource.GetReplicaCount() == 1)
            {
                context.Urls.Add(new ResourceUrlAnnotation { Url = dashboard, DisplayText = "Tasks", Endpoint = endpoint });
            }
        });
    }

    private static IResourceBuilder<OrleansTasksResource> Use(IResourceBuilder<OrleansTasksResource> tasks, string provider,
        IResourceBuilder<IResourceWithConnectionString> database)
    {
        ArgumentNullException.ThrowIfNull(tasks);
        ArgumentNullException.ThrowIfNull(database);
        tasks.Resource.Use(provider, database.Resource);
        return tasks.WithReferenceRelationship(database.Resource);
    }

    private static IResourceBuilder<T> Connected<T>(this IResourceBuilder<T> program, IResourceBuilder<OrleansTasksResource> tasks)
        where T : IResourceWithEnvironment, IResourceWithEndpoints, IResourceWithWaitSupport
    {
        var (_, database) = Chosen(tasks.Resource);
        program.WithReferenceRelationship(tasks.Resource)
            .WaitFor(program.ApplicationBuilder.CreateResourceBuilder(database))
            .WithEnvironment(context =>
            {
                var (provider, now) = Chosen(tasks.Resource);
                context.EnvironmentVariables["Cluster__Provider"] = provider;
                context.EnvironmentVariables["Cluster__ConnectionString"] = new ConnectionStringReference(now, optional: false);
                context.EnvironmentVariables["Cluster__Id"] = tasks.Resource.ClusterId;
            });
        return HttpEndpoint(program.Resource) is { } endpoint && tasks.Resource.HealthPath is { } health
            ? program.WithHttpHealthCheck(health, endpointName: endpoint.EndpointName)
            : program;
    }

    /// <summary>Returns the first HTTP endpoint that the program has so far, or null if it has none.</summary>
    private static EndpointReference? HttpEndpoint(IResourceWithEndpoints program) =>
        program.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(static e => e.UriScheme is "http" or "https") is { } endpoint
            ? program.GetEndpoint(endpoint.Name)
            : null;

    private static (string Provider, IResourceWithConnectionString Database) Chosen(OrleansTasksResource tasks) =>
        tasks is { Provider: { } provider, Database: { } database }
        ? (provider, database)
        : throw new InvalidOperationException(
            $"The cluster '{tasks.Name}' has no database: call {nameof(WithRedis)} or {nameof(WithPostgreSql)} before "
                + $"{nameof(WithReference)}.");
}
