namespace OrleansTasks.Tests.Web;

/// <summary>How the programs start with settings that are wrong, and how they stop.</summary>
public sealed class StartAndStopTests
{
    [Theory]
    [InlineData("Silo", "Cluster:Provider is 'Magic', which is not known", "--Cluster:Provider", "Magic")]
    [InlineData("Silo", "Storage:Provider is 'Paper', which is not known", "--Storage:Provider", "Paper")]
    [InlineData("Silo", "Silo:Port is '70000'; a port from 1 to 65535", "--Silo:Port", "70000")]
    [InlineData("Silo", "Silo:Address is 'here'; an IP address", "--Silo:Address", "here", "--Cluster:Provider", "Redis", "--Cluster:ConnectionString", "localhost")]
    [InlineData("Silo", "Cluster:ConnectionString, which says where it is, is missing", "--Cluster:Provider", "Redis")]
    [InlineData("Silo", "Storage:ConnectionString, which says where it is, is missing", "--Storage:Provider", "PostgreSql")]
    [InlineData("Silo", "a SQLite file belongs to one silo alone", "--Cluster:Provider", "Redis", "--Cluster:ConnectionString", "localhost", "--Storage:Provider", "Sqlite")]
    [InlineData("Silo", "Couldn't set nonsense", "--Cluster:Provider", "PostgreSql", "--Cluster:ConnectionString", "Host=localhost;nonsense=1")]
    [InlineData("Silo", "names no server", "--Cluster:Provider", "PostgreSql", "--Cluster:ConnectionString", "Database=tasks")]
    [InlineData("Silo", "'perhaps' at 'Dashboard:ReadOnly'", "--Dashboard:ReadOnly", "perhaps", "--Storage:Provider", "Memory")]
    [InlineData("ClientSample", "TasksDashboardOptions.Title", "--Dashboard:Title", " ")]
    [InlineData("ClientSample", "Cluster:Provider is 'Magic', which is not known", "--Cluster:Provider", "Magic")]
    [InlineData("ClientSample", "Cluster:ConnectionString, which says where it is, is missing", "--Cluster:Provider", "PostgreSql")]
    [InlineData("ClientSample", "Silo:GatewayPort is 'x'; a port from 1 to 65535", "--Silo:GatewayPort", "x")]
    public async Task Start_WrongSetting_EndsWithOneClearError(string program, string message, params string[] arguments)
    {
        await using var process = ProgramProcess.Start(program, arguments);
        Assert.Equal(1, await process.EndsAsync());
        Assert.Contains(message, process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_SeveralWrongSettings_ListsAll()
    {
        await using var process = ProgramProcess.Start("Silo", "--Cluster:Provider", "Magic", "--Storage:Provider", "Paper");
        Assert.Equal(1, await process.EndsAsync());
        Assert.Contains("Cluster:Provider", process.Output, StringComparison.Ordinal);
        Assert.Contains("Storage:Provider", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_Terminated_EndsWithOpenStreamsAndExitCodeZero()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs the signal of service managers.");
        var ports = Servers.Programs.FreePorts(4);
        await using var silo = ProgramProcess.Start("Silo", "--urls", $"http://127.0.0.1:{ports[2]}", "--Silo:Port", $"{ports[0]}", "--Silo:GatewayPort", $"{ports[1]}", "--Storage:Provider", "Memory");
        await silo.WritesAsync("/openapi/v1.json");
        Assert.Contains("every second", silo.Output, StringComparison.Ordinal);
        Assert.Contains("Monday to Friday at 09:00 in Europe/Berlin", silo.Output, StringComparison.Ordinal);
        await using var web = ProgramProcess.Start("ClientSample", "--urls", $"http://127.0.0.1:{ports[3]}", "--Silo:GatewayPort", $"{ports[1]}");
        await web.WritesAsync("Application started.");
        foreach (var (program, port) in new[] { (web, ports[3]), (silo, ports[2]) })
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
            await using var ticks = await EventReader.OpenAsync(http, "/api/tasks/tick/results");
            await using var results = await EventReader.OpenAsync(http, "/api/results");
            await using var broadcasts = await EventReader.OpenAsync(http, "/api/broadcasts");
            await ticks.NextAsync();
            program.Terminate();
            await Task.WhenAll(ticks.EndAsync(), results.EndAsync(), broadcasts.EndAsync());
            Assert.Equal(0, await program.EndsAsync());
        }
    }
}
