using System.Net.Http.Json;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Packages;

/// <summary>Adds the packages to a program that <c>dotnet new web</c> creates.</summary>
public sealed class PlainProgramTests(Packed packed)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Build_WithThePackagesAdded_HasNoWarningAndServesTasks()
    {
        var folder = Directory.CreateDirectory(Path.Combine(packed.Folder, "Plain")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "Plain.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk.Web">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="OrleansTasks.Server" Version="{packed.Version}" />
                <PackageReference Include="OrleansTasks.Client" Version="{packed.Version}" />
                <PackageReference Include="OrleansTasks.Dashboard" Version="{packed.Version}" />
                <PackageReference Include="OrleansTasks.Storage.Sqlite" Version="{packed.Version}" />
              </ItemGroup>
            </Project>
            """, Stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), """
            using OrleansTasks;

            var builder = WebApplication.CreateBuilder(args);
            builder.UseOrleans(silo => silo
                .UseLocalhostClustering(builder.Configuration.GetValue("SiloPort", 11111), builder.Configuration.GetValue("GatewayPort", 30000))
                .UseSqliteTasks("plain.db")
                .AddTasks(tasks => tasks.AddGenerated()));
            builder.Services.AddTasksDashboard();

            var app = builder.Build();
            app.MapTasksApi("/api");
            app.MapTasksDashboard("/tasks");
            app.MapGet("/cube/{n}", async (int n, ITaskClient client) => await client.Tasks.Square.RunAsync(n) * n);
            app.Run();

            internal static class Numbers
            {
                [Task("square")]
                internal static long Square(int n) => (long)n * n;

                [Task("nightly"), Cron("1 3 * * *", TimeZone = "Europe/Berlin")]
                internal static void Nightly()
                {
                }
            }
            """, Stop);
        await packed.BuildAsync(folder);

        var ports = Ports.Take(3);
        await using var program = ProgramProcess.Start(
            "Plain", Path.Combine(folder, "bin", "Release", "net10.0", "Plain.dll"), folder, ["--urls", $"http://127.0.0.1:{ports[0]}", "--SiloPort", $"{ports[1]}", "--GatewayPort", $"{ports[2]}"]);
        await program.WritesAsync("Application started.");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[0]}") };

        Assert.Contains("<title>", await http.GetStringAsync("tasks", Stop), StringComparison.Ordinal);
        using var answer = await http.PostAsJsonAsync("api/tasks/square/run", new { args = new[] { 12 } }, Stop);
        Assert.Contains("\"value\":144", await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        Assert.Equal("1728", await http.GetStringAsync("cube/12", Stop));
        Assert.True(File.Exists(Path.Combine(folder, "plain.db")), program.Output);

        // A definition that a silo would reject at start does not compile, and the compiler says why.
        await File.WriteAllTextAsync(Path.Combine(folder, "Wrong.cs"), """
            using OrleansTasks;

            internal static class Wrong
            {
                [Task("wrong"), Cron("61 * * * *")]
                internal static void Run()
                {
                }
            }
            """, Stop);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => packed.RunAsync(folder, "build", "-c", "Release", "--no-restore", "-nologo"));
        Assert.Contains(
            "Wrong.cs(5,26): error OTASK001: The cron expression '61 * * * *' is not valid: The given cron expression has an invalid format. Minutes: Value must be a number between 0 and 59 (all inclusive).",
            refused.Message, StringComparison.Ordinal);
        Assert.Contains("1 Error(s)", refused.Message, StringComparison.Ordinal);
    }
}
