using System.Net;
using System.Net.Http.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests how the programs stop.</summary>
[Long]
public sealed class StopTests
{
    [Fact]
    public async Task Stop_WithAwaitedRunsAndNoCluster_IsQuickAndReturnsTheirLocation()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs the signal of service managers.");
        await using var programs = await SiloAndWeb.StartAsync();
        var (silo, web, atSilo, atWeb) = (programs.Silo, programs.Web, programs.AtSilo, programs.AtWeb);

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
    public async Task Stop_Terminated_EndsWithOpenStreamsAndExitCodeZero()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Needs the signal of service managers.");
        await using var programs = await SiloAndWeb.StartAsync();
        var silo = programs.Silo;
        Assert.Contains("every second", silo.Output, StringComparison.Ordinal);
        Assert.Contains("Monday to Friday at 09:00 (Europe/Berlin)", silo.Output, StringComparison.Ordinal);
        foreach (var (program, http) in new[] { (programs.Web, programs.AtWeb), (silo, programs.AtSilo) })
        {
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
