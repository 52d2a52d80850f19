using System.Net;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests a web server whose only silo is lost.</summary>
[Long]
public sealed class LostSiloTests
{
    [Fact]
    public async Task WebServer_SiloUnavailable_ReportsItOnceAndLogsLittle()
    {
        await using var programs = await SiloAndWeb.StartAsync();
        var (web, http) = (programs.Web, programs.AtWeb);
        await using var results = await EventReader.OpenAsync(http, "/api/results");
        await using var ticks = await EventReader.OpenAsync(http, "/api/tasks/tick/results");
        await ticks.NextAsync();
        var before = web.Output.Split('\n').Length;
        await programs.Silo.KillAsync();
        var asked = Enumerable.Range(0, 3).Select(_ => http.GetAsync("/api/overview", TestContext.Current.CancellationToken)).ToList();
        await web.WritesAsync("The cluster is out of reach");
        foreach (var answer in await Task.WhenAll(asked))
        {
            // Waiting requests fail after RetryFor, 30 s. Orleans ends calls that were in progress at the loss, but not those that wait.
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            answer.Dispose();
        }

        Assert.InRange(web.Output.Split('\n').Length - before, 1, 200);
        await using var again = programs.StartSilo();
        await web.WritesAsync("The cluster is within reach again");
        Assert.Equal(2, web.Output.Split("out of reach").Length);
    }
}
