namespace OrleansTasks.Tests.Web;

/// <summary>Tests a silo that cannot reach its database. It waits for a while.</summary>
[Long]
public sealed class MissingDatabaseTests
{
    [Fact]
    public async Task Silo_WithoutItsDatabase_ReportsItAndExits() => await Task.WhenAll(
        SaysAsync("Redis", "localhost:1", "Redis at localhost:1 could not be reached for 30 s"),
        SaysAsync("PostgreSql", "Host=127.0.0.1;Port=1;Database=tasks;Username=tasks",
            "PostgreSQL at 127.0.0.1:1, database 'tasks' cannot be used"));

    private static async Task SaysAsync(string provider, string connection, string message)
    {
        var ports = Servers.Ports.Take(3);
        await using var silo = ProgramProcess.Start(
            "Silo", "--urls", $"http://127.0.0.1:{ports[0]}", "--Silo:Port", $"{ports[1]}", "--Silo:GatewayPort", $"{ports[2]}",
            "--Cluster:Provider", provider, "--Cluster:ConnectionString", connection);
        Assert.Equal(1, await silo.EndsAsync());
        Assert.Contains(message, silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", silo.Output, StringComparison.Ordinal);
    }
}
