using System.Net;
using System.Net.Sockets;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests how the programs start with wrong settings.</summary>
public sealed class WrongStartTests
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
}
