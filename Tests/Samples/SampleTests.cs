using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Samples;

/// <summary>Starts each program in the folder <c>samples</c> as a reader does, and checks what it writes and that it ends.</summary>
public sealed class SampleTests
{
    private const int MaxLines = 80;

    private static string Folder => Path.Combine(Repository.Root, "samples");

    /// <summary>Lists the lines that each program writes.</summary>
    public static TheoryData<string, string[]> Samples => new()
    {
        {
            "Schedules",
            [
                "Three ticks, 0 of them off the grid of 200 ms.",
                "Report: Fri 2027-03-26 09:00 +01:00, which is 08:00 UTC.",
                "Report: Mon 2027-03-29 09:00 +02:00, which is 07:00 UTC.",
                "On the last Friday only: 20 fewer in January, 1 kept.",
                "Now: every month on the last Friday at 09:00 (Europe/Berlin).",
            ]
        },
        { "Results", ["Asked twice, one run.", "1: 42", "2: Failed, 7 is odd.", "Once more: 42"] },
        { "Batches", ["4 runs: 3 succeeded, 1 failed.", "3 pictures of 4 are published."] },
        {
            "Retries",
            [
                "slow.example: Succeeded with attempt 3, a page",
                "down.example: Failed with attempt 3, No answer.",
                "wrong address: Failed with attempt 1, This is no address.",
            ]
        },
        {
            "Calendars",
            [
                "2027-10-25: paid on Mon 2027-10-25",
                "2027-11-25: paid on Thu 2027-11-25",
                "2027-12-25: paid on Fri 2027-12-24",
                "By number, in March: 3, 31",
            ]
        },
        { "Groups", ["12 runs, 2 at a time.", "From now on 1 at a time, 100 a minute."] },
        { "Progress", ["Running: rows are being imported", "Asked to stop.", "It ended as Cancelled."] },
        {
            "Attributes",
            [
                "mail 1 to ada@example.com: Hello, 3",
                "The sum is 6.",
                "200 are left.",
                "resize: 20 are left.",
                "report: Monday to Friday at 09:00 (Europe/Berlin); and every 12 hours.",
            ]
        },
        { "Broadcasts", ["tea costs 3, says a client.", "coffee costs 12, says price."] },
    };

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Run_Sample_PrintsTheExpectedLines(string name, string[] lines)
    {
        var ports = Ports.Take(2);
        await using var program = ProgramProcess.Start(
            name, Repository.Program($"samples/{name}", $"OrleansTasks.Samples.{name}"), Path.GetTempPath(),
            ["--SiloPort", $"{ports[0]}", "--GatewayPort", $"{ports[1]}"]);

        Assert.True(await program.EndsAsync() == 0, program.Output);
        var written = program.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..];
        Assert.True(written.SequenceEqual(lines), program.Output);
    }

    [Fact]
    public void Samples_InTheFolder_AreAllRunAndShort()
    {
        var folders = Directory.GetDirectories(Folder).Where(static d => Directory.EnumerateFiles(d, "*.csproj").Any()).ToList();
        Assert.Equal(Samples.Select(static s => s.Data.Item1).Order(), folders.Select(static d => Path.GetFileName(d)).Order());
        Assert.All(folders, static d => Assert.InRange(File.ReadLines(Path.Combine(d, "Program.cs")).Count(), 1, MaxLines));
    }
}
