using System.Diagnostics;
using System.Reflection;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Tests that the machine's time zone has no effect: tests that read and write instants pass in processes with another zone.
/// </summary>
public sealed class HostZoneTests
{
    [Theory]
    [InlineData("Asia/Tokyo")]
    [InlineData("America/St_Johns")]
    public async Task Instants_OnAMachineInAnotherTimeZone_AreTheSame(string zone)
    {
        var start = new ProcessStartInfo(DotNet(), ["exec", Assembly.GetExecutingAssembly().Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["TZ"] = zone },
        };
        foreach (var tests in new[]
        {
            typeof(InstantTextTests), typeof(RuleInstantsTests), typeof(TaskScheduleTests), typeof(ScheduleDescriptionTests),
            typeof(SchedulePreviewTests)
        })
        {
            start.ArgumentList.Add("-class");
            start.ArgumentList.Add(tests.FullName!);
        }

        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var said = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken) + await errors;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(process.ExitCode == 0, said);
        Assert.DoesNotContain("Total: 0", said, StringComparison.Ordinal);
    }

    private static string DotNet() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";
}
