using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests how the programs start with wrong settings, and how they stop.</summary>
public sealed class StartAndStopTests
{
    [Theory]
    [InlineData("Silo", "Cluster:Provider is 'Magic', which is not known", "--Cluster:Provider", "Magic")]
    [InlineData("Silo", "Storage:Provider is 'Paper', which is not known", "--Storage:Provider", "Paper")]
    [InlineData("Silo", "Silo:Port is '70000'; a port from 1 to 65535", "--Silo:Port", "70000")]
    [InlineData("Silo", "Silo:Address is 'here'; an IP address", "--Silo:Address", "here", "--Cluster:Provider", "Redis",
        "--Cluster:ConnectionString", "localhost")]
    [InlineData("Silo", "Cluster:ConnectionString, which says where it is, is missing", "--Cluster:Provider", "Redis")]
    [InlineData("Silo", "Storage:ConnectionString, which says where it is, is missing", "--Storage:Provider", "PostgreSql")]
    [InlineData("Silo", "a SQLite file belongs to one silo alone", "--Cluster:Provider", "Redis", "--Cluster:ConnectionString", "localhost",
        "--Storage:Provider", "Sqlite")]
    [InlineData("Silo", "Couldn't set nonsense", "--Cluster:Provider", "PostgreSql", "--Cluster:ConnectionString",
        "Host=localhost;nonsense=1")]
    [InlineData("Silo", "names no server", "--Cluster:Provider", "PostgreSql", "--Cluster:ConnectionString", "Database=tasks")]
    [InlineData("Silo", "Cluster:ConnectionStringFile is '/no/such/file', which cannot be read", "--Cluster:Provider", "Redis",
        "--Cluster:ConnectionStringFile", "/no/such/file")]
    [InlineData("Silo", "Both Cluster:ConnectionString and Cluster:ConnectionStringFile are set", "--Cluster:Provider", "Redis",
        "--Cluster:ConnectionStringFile", "/no/such/file", "--Cluster:ConnectionString", "x")]
    [InlineData("Silo", "TasksApiOptions.AllowedHosts is 'http://10.0.0.11'", "--Api:AllowedHosts:0", "http://10.0.0.11",
        "--Storage:Provider", "Memory")]
    [InlineData("ClientSample", "Cluster:ConnectionStringFile is '/no/such/file', which cannot be read", "--Cluster:Provider", "Redis",
        "--Cluster:ConnectionStringFile", "/no/such/file")]
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

    [Theory]
    [InlineData("--urls", "Failed to bind to address http://127.0.0.1:")]
    [InlineData("--Silo:Port", "is in use, perhaps by another silo")]
    [InlineData("--Silo:GatewayPort", "is in use, perhaps by another silo")]
    public async Task Start_OnAPortThatIsInUse_EndsWithOneClearError(string setting, string message)
    {
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();
        var taken = ((IPEndPoint)other.LocalEndpoint).Port;
        var ports = Servers.Ports.Take(3);
        string[] settings = ["--urls", $"http://127.0.0.1:{ports[0]}", "--Silo:Port", $"{ports[1]}", "--Silo:GatewayPort", $"{ports[2]}",
            "--Storage:Provider", "Memory"];
        settings[Array.IndexOf(settings, setting) + 1] = setting == "--urls" ? $"http://127.0.0.1:{taken}" : $"{taken}";
        await using var silo = ProgramProcess.Start("Silo", settings);
        Assert.Equal(1, await silo.EndsAsync());
        Assert.Contains(message, silo.Output, StringComparison.Ordinal);
        Assert.Contains($"{taken}", silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_WithAwaitedRunsAndNoCluster_IsQuickAndReturnsTheirLocation()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs the signal of service managers.");
        var ports = Servers.Ports.Take(4);
        await using var silo = ProgramProcess.Start("Silo", "--urls", $"http://127.0.0.1:{ports[2]}", "--Silo:Port", $"{ports[0]}",
            "--Silo:GatewayPort", $"{ports[1]}", "--Storage:Provider", "Memory");
        await silo.WritesAsync("/openapi/v1.json");
        await using var web = ProgramProcess.Start("ClientSample", "--urls", $"http://127.0.0.1:{ports[3]}", "--Silo:GatewayPort",
            $"{ports[1]}");
        await web.WritesAsync("Application started.");
        using var atSilo = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[2]}") };
        using var atWeb = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[3]}") };

        // The log shows this change, whatever log filter the program has for Orleans.
        using var broadcast = await atSilo.PostAsJsonAsync("/api/broadcasts", 1, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Accepted, broadcast.StatusCode);
        await silo.WritesAsync("(HTTP) somebody at 127.0.0.1: POST /api/broadcasts");

        // A page of another site, and a site whose name resolves to this machine's address.
        foreach (var (header, value) in new[]
        {
            ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example"), ("Host", "evil.example")
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/dispatch?message=hello");
            request.Headers.TryAddWithoutValidation(header, value);
            using var refused = await atWeb.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        }

        var run = atWeb.PostAsJsonAsync("/api/tasks/sleep/run", new { args = new[] { 600_000 } }, TestContext.Current.CancellationToken);
        await using var progress = await EventReader.OpenAsync(atSilo, "/api/tasks/sleep/events");
        await progress.NextAsync();
        web.Terminate();
        using var left = await run;
        Assert.Equal(HttpStatusCode.Accepted, left.StatusCode);
        Assert.Equal(0, await web.EndsAsync());

        // The run continues, and its address is valid at any other program of the cluster.
        using var asked = await atSilo.GetAsync(left.Headers.Location, TestContext.Current.CancellationToken);
        Assert.Contains("\"status\":\"running\"", await asked.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task WebServer_SiloUnavailable_ReportsItOnceAndLogsLittle()
    {
        var ports = Servers.Ports.Take(5);
        string[] settings = ["--urls", $"http://127.0.0.1:{ports[2]}", "--Silo:Port", $"{ports[0]}", "--Silo:GatewayPort", $"{ports[1]}",
            "--Storage:Provider", "Memory"];
        await using var silo = ProgramProcess.Start("Silo", settings);
        await silo.WritesAsync("/openapi/v1.json");
        await using var web = ProgramProcess.Start("ClientSample", "--urls", $"http://127.0.0.1:{ports[3]}", "--Silo:GatewayPort",
            $"{ports[1]}");
        await web.WritesAsync("Application started.");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[3]}") };
        await using var results = await EventReader.OpenAsync(http, "/api/results");
        await using var ticks = await EventReader.OpenAsync(http, "/api/tasks/tick/results");
        await ticks.NextAsync();
        var before = web.Output.Split('\n').Length;
        await silo.KillAsync();
        var asked = Enumerable.Range(0, 3).Select(_ => http.GetAsync("/api/overview", TestContext.Current.CancellationToken)).ToList();
        await web.WritesAsync("The cluster is out of reach");
        foreach (var answer in await Task.WhenAll(asked))
        {
            // Waiting requests fail after RetryFor, 30 s. Orleans ends calls that were in progress at the loss, but not those that wait.
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            answer.Dispose();
        }

        Assert.InRange(web.Output.Split('\n').Length - before, 1, 200);
        await using var again = ProgramProcess.Start("Silo", settings);
        await web.WritesAsync("The cluster is within reach again");
        Assert.Equal(2, web.Output.Split("out of reach").Length);
    }

    [Fact]
    public async Task Stop_Terminated_EndsWithOpenStreamsAndExitCodeZero()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs the signal of service managers.");
        var ports = Servers.Ports.Take(4);
        await using var silo = ProgramProcess.Start("Silo", "--urls", $"http://127.0.0.1:{ports[2]}", "--Silo:Port", $"{ports[0]}",
            "--Silo:GatewayPort", $"{ports[1]}", "--Storage:Provider", "Memory");
        await silo.WritesAsync("/openapi/v1.json");
        Assert.Contains("every second", silo.Output, StringComparison.Ordinal);
        Assert.Contains("Monday to Friday at 09:00 (Europe/Berlin)", silo.Output, StringComparison.Ordinal);
        await using var web = ProgramProcess.Start("ClientSample", "--urls", $"http://127.0.0.1:{ports[3]}", "--Silo:GatewayPort",
            $"{ports[1]}");
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
