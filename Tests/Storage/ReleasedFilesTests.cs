using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using OrleansTasks.Partitions;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>
/// Tests that this version opens the file of each earlier version. With UPDATE_SNAPSHOTS=1 in the environment, the test writes the file of
/// the present version.
/// </summary>
public sealed class ReleasedFilesTests : IDisposable
{
    private const string Key = "order-17";
    private static readonly DateTimeOffset Due = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-files-").FullName;

    public static TheoryData<string> Versions =>
        [.. Directory.GetFiles(Files, "*.db").Select(f => Path.GetFileNameWithoutExtension(f)!).Order(StringComparer.Ordinal)];

    private static string Files =>
        typeof(ReleasedFilesTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "Files").Value!;

    private static string Present =>
        typeof(PartitionState).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Files_OfReleases_IncludeTheCurrentVersion()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            await WriteAsync(Path.Combine(Files, $"{Present}.db"));
        }

        Assert.True(File.Exists(Path.Combine(Files, $"{Present}.db")),
            $"There is no file of version {Present} in {Files}; UPDATE_SNAPSHOTS=1 writes it.");
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task Open_FileOfAReleasedVersion_HasAllItsData(string version)
    {
        var path = Path.Combine(_folder, "tasks.db");
        File.Copy(Path.Combine(Files, $"{version}.db"), path);
        await using var silo = await OpenAsync(path);
        var client = silo.Silos[0].ServiceProvider.GetRequiredService<ITaskClient>();

        var kept = await client.GetTask("kept").DescribeAsync(Stop);
        Assert.Equal(("every 1000 days", "kept", 2L), (kept.ScheduleDescription, kept.Arguments!.Positional[0].GetString(), kept.Revision));
        Assert.Equal((3, TimeSpan.FromMinutes(1)), (kept.Options!.HistoryLength, kept.Options.Timeout));
        var zoned = await client.GetTask("zoned").DescribeAsync(Stop);
        Assert.Equal(TaskSchedule.Cron("0 9 1 1 *", "Europe/Berlin"), zoned.Schedule);
        var paused = await client.GetTask("paused").DescribeAsync(Stop);
        Assert.Equal((TaskState.Paused, "Not now."), (paused.State, paused.PauseNote));
        Assert.Equal(TaskState.Cancelled, (await client.GetTask("gone").DescribeAsync(Stop)).State);

        var runs = await client.GetTask("echo").RunsAsync(100, ct: Stop);
        Assert.Equal([(RunStatus.Pending, Due)], runs.Where(r => r.Result is null).Select(r => (r.Status, r.ScheduledAt)));
        Assert.Equal(["second", "first"], runs.Where(r => r.Result is not null).Select(r => r.Result!.GetValue<string>()));

        // The same key still identifies the run, which can still be cancelled.
        var pending = await client.DispatchAsync("echo", ["other"], new DispatchOptions { At = Due, IdempotencyKey = Key }, Stop);
        Assert.Equal(runs.Single(r => r.Result is null).RunId, pending);
        Assert.True(await client.CancelRunAsync(pending, Stop));
        Assert.Equal("third", (await client.RunAsync("echo", ["third"], ct: Stop)).GetValue<string>());
    }

    private async Task WriteAsync(string target)
    {
        var path = Path.Combine(_folder, "new.db");
        await using (var silo = await OpenAsync(path))
        {
            var client = silo.Silos[0].ServiceProvider.GetRequiredService<ITaskClient>();
            await client.RunAsync("echo", ["first"], ct: Stop);
            await client.WaitAsync(await client.DispatchAsync("echo", ["second"], ct: Stop), Stop);
            await client.DispatchAsync("echo", ["pending"], new DispatchOptions { At = Due, IdempotencyKey = Key }, Stop);
            var kept = await client.ScheduleAsync(
                Registration("kept") with { Options = new TaskOptions { HistoryLength = 3, Timeout = TimeSpan.FromMinutes(1) } }, Stop);
            await kept.UpdateAsync(r => r with { Arguments = ["kept"] }, Stop);
            await client.ScheduleAsync(Registration("zoned") with { Schedule = TaskSchedule.Cron("0 9 1 1 *", "Europe/Berlin") }, Stop);
            await (await client.ScheduleAsync(Registration("paused"), Stop)).PauseAsync("Not now.", ct: Stop);
            await (await client.ScheduleAsync(Registration("gone"), Stop)).CancelAsync(Stop);

            // Stop gracefully, so that everything is stored in one file.
            await silo.StopAllSilosAsync();
        }

        File.Copy(path, target, overwrite: true);
    }

    private static TaskRegistration Registration(string name) => new()
    {
        Name = name,
        Handler = "echo",
        Schedule = TaskSchedule.Every(TimeSpan.FromDays(1000), new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)),
        Arguments = ["word"],
    };

    private static async Task<InProcessTestCluster> OpenAsync(string path)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.UseSqliteTasks(path).AddTasks(
            tasks => tasks.Define("echo", (string word) => word),

            // The cancelled task must still exist, however old the file is.
            options => (options.Partitions, options.Limits.CancelledTaskRetention) = (1, TimeSpan.FromDays(3650))));
        var cluster = builder.Build();
        await cluster.DeployAsync();
        return cluster;
    }
}
