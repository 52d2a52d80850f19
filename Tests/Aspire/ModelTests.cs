using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Aspire;

/// <summary>Checks the model of an app host with a cluster of tasks. Nothing starts here; <see cref="AppHostTests"/> starts one.</summary>
public sealed class ModelTests
{
    private static readonly string[] NoArguments = [];

    private readonly IDistributedApplicationBuilder _builder =
        DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = NoArguments, DisableDashboard = true });

    [Theory]
    [InlineData("Redis")]
    [InlineData("PostgreSql")]
    public async Task WithReference_Silo_PassesTheClusterSettings(string provider)
    {
        var database = _builder.AddConnectionString("store");
        var silo = AddProgram("silo", "Silo").WithReference(WithDatabase(_builder.AddOrleansTasks("tasks"), provider, database));

        var settings = await SettingsAsync(silo.Resource);
        Assert.Equal(
            (provider, "{store.connectionString}", "tasks", provider, "{store.connectionString}"),
            (settings["Cluster__Provider"], settings["Cluster__ConnectionString"], settings["Cluster__Id"], settings["Storage__Provider"],
                settings["Storage__ConnectionString"]));

        // A deployed silo finds its address itself, and the deployment sets its ports.
        Assert.DoesNotContain("Silo__Address", settings);
        Assert.Equal("{silo.bindings.tasks-silo.targetPort}", settings["Silo__Port"]);
        Assert.Equal("{silo.bindings.tasks-gateway.targetPort}", settings["Silo__GatewayPort"]);

        // On the app host's machine, all programs share one address.
        Assert.Equal("127.0.0.1", (await SettingsAsync(silo.Resource, DistributedApplicationOperation.Run))["Silo__Address"]);
    }

    [Fact]
    public async Task WithReference_WebServer_PassesTheClusterSettingsWithoutStorage()
    {
        var tasks = _builder.AddOrleansTasks("tasks").WithRedis(_builder.AddConnectionString("store")).WithClusterId("shop");
        var web = AddProgram("web", "ClientSample").WithReference(tasks.AsClient());

        var settings = await SettingsAsync(web.Resource);
        Assert.Equal(("Redis", "{store.connectionString}", "shop"),
            (settings["Cluster__Provider"], settings["Cluster__ConnectionString"], settings["Cluster__Id"]));
        Assert.DoesNotContain(settings.Keys,
            static k => k.StartsWith("Storage__", StringComparison.Ordinal) || k.StartsWith("Silo__", StringComparison.Ordinal));
    }

    [Fact]
    public void WithReference_ProgramWithHttp_HasAHealthCheckAndWaitsForTheDatabase()
    {
        var database = _builder.AddConnectionString("store");
        var tasks = _builder.AddOrleansTasks("tasks").WithRedis(database);
        var silo = AddProgram("silo", "Silo").WithHttpEndpoint().WithReference(tasks);
        var web = AddProgram("web", "ClientSample").WithHttpEndpoint().WithReference(tasks.AsClient());

        Assert.All<IResource>([silo.Resource, web.Resource], program =>
        {
            Assert.Single(program.Annotations.OfType<HealthCheckAnnotation>(),
                static h => h.Key.Contains("/health/ready", StringComparison.Ordinal));
            Assert.Contains(program.Annotations.OfType<WaitAnnotation>(), w => w.Resource == database.Resource);
            Assert.Contains(program.Annotations.OfType<ResourceRelationshipAnnotation>(), r => r.Resource == tasks.Resource);
        });
        Assert.Equal(["tasks-silo", "tasks-gateway"],
            silo.Resource.Annotations.OfType<EndpointAnnotation>().Where(static e => e.UriScheme == "tcp").Select(static e => e.Name));
        Assert.DoesNotContain(web.Resource.Annotations.OfType<EndpointAnnotation>(), static e => e.UriScheme == "tcp");
    }

    [Theory]
    [InlineData(1, "/tasks", "/tasks")]
    [InlineData(1, "/jobs", "/jobs")]
    [InlineData(1, null, null)]

    // A page stays connected to one replica, but the app host's proxy may route it to another one. So there is no link.
    [InlineData(2, "/tasks", null)]
    public async Task WithReference_WebServer_LinksToItsDashboard(int replicas, string? path, string? link)
    {
        var tasks = _builder.AddOrleansTasks("tasks").WithRedis(_builder.AddConnectionString("store")).WithPaths(path, health: null);
        var web = AddProgram("web", "ClientSample").WithHttpEndpoint().WithReference(tasks.AsClient()).WithReplicas(replicas);

        Assert.Equal(link, (await UrlsAsync(web.Resource)).SingleOrDefault(static u => u.DisplayText == "Tasks")?.Url);
        Assert.Empty(web.Resource.Annotations.OfType<HealthCheckAnnotation>());
    }

    [Fact]
    public async Task WithReference_Silo_ShowsNeitherALinkNorItsPortsForOrleans()
    {
        var silo = AddProgram("silo", "Silo").WithHttpEndpoint()
            .WithReference(_builder.AddOrleansTasks("tasks").WithRedis(_builder.AddConnectionString("store")));

        var urls = await UrlsAsync(silo.Resource);
        Assert.Equal(["http"],
            urls.Where(static u => u.DisplayLocation == UrlDisplayLocation.SummaryAndDetails).Select(static u => u.Endpoint!.EndpointName));
        Assert.Equal(["tasks-silo", "tasks-gateway"],
            urls.Where(static u => u.DisplayLocation == UrlDisplayLocation.DetailsOnly).Select(static u => u.Endpoint!.EndpointName));
    }

    [Fact]
    public void WithReference_ClusterWithoutADatabase_SaysWhatToCall()
    {
        var silo = AddProgram("silo", "Silo");
        var error = Assert.Throws<InvalidOperationException>(() => silo.WithReference(_builder.AddOrleansTasks("tasks")));
        Assert.Equal("The cluster 'tasks' has no database: call WithRedis or WithPostgreSql before WithReference.", error.Message);
    }

    [Fact]
    public async Task Build_WholeAppHost_Succeeds()
    {
        var tasks = _builder.AddOrleansTasks("tasks").WithRedis(_builder.AddConnectionString("store"));
        AddProgram("silo", "Silo").WithHttpEndpoint().WithReference(tasks).WithReplicas(3);
        AddProgram("web", "ClientSample").WithHttpEndpoint().WithReference(tasks.AsClient());

        await using var app = _builder.Build();
        var resources = ((DistributedApplicationModel)app.Services.GetService(typeof(DistributedApplicationModel))!).Resources;
        Assert.All(["silo", "store", "tasks", "web"], name => Assert.Contains(resources, r => r.Name == name));
    }

    private static IResourceBuilder<OrleansTasksResource> WithDatabase(IResourceBuilder<OrleansTasksResource> tasks, string provider,
        IResourceBuilder<IResourceWithConnectionString> database) =>
        provider == "Redis" ? tasks.WithRedis(database) : tasks.WithPostgreSql(database);

    private IResourceBuilder<ProjectResource> AddProgram(string name, string folder) =>
        _builder.AddProject(name, Path.Combine(Repository.Root, folder, $"OrleansTasks.{folder}.csproj"));

    /// <summary>
    /// Returns the addresses that the app host shows for a program: those of its endpoints, and the links that were added.
    /// </summary>
    private async Task<List<ResourceUrlAnnotation>> UrlsAsync(ProjectResource program)
    {
        var urls = new ResourceUrlsCallbackContext(_builder.ExecutionContext, program);
        foreach (var endpoint in program.GetEndpoints())
        {
            endpoint.EndpointAnnotation.AllocatedEndpoint = new AllocatedEndpoint(endpoint.EndpointAnnotation, "localhost", 5090);
            urls.Urls.Add(new ResourceUrlAnnotation { Url = endpoint.Url, Endpoint = endpoint });
        }

        foreach (var callback in program.Annotations.OfType<ResourceUrlsCallbackAnnotation>())
        {
            await callback.Callback(urls);
        }

        return urls.Urls;
    }

    /// <summary>Returns the program's environment. Values that are known only at start appear as a manifest writes them.</summary>
    private static async Task<Dictionary<string, string>> SettingsAsync(ProjectResource program,
        DistributedApplicationOperation operation = DistributedApplicationOperation.Publish)
    {
        var context = new EnvironmentCallbackContext(new DistributedApplicationExecutionContext(operation), program,
            cancellationToken: TestContext.Current.CancellationToken);
        foreach (var callback in program.Annotations.OfType<EnvironmentCallbackAnnotation>())
        {
            await callback.Callback(context);
        }

        return context.EnvironmentVariables.ToDictionary(static v => v.Key,
            static v => v.Value is IManifestExpressionProvider value ? value.ValueExpression : $"{v.Value}");
    }
}
