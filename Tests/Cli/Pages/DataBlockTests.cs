using System.Net;
using System.Text;
using System.Text.Json;

namespace OrleansTasks.Tests.Cli.Pages;

/// <summary>
/// Gives each block of JSON and YAML of the documentation to what reads it in use. The configuration in docs/configuration.md is in the
/// tests of its reader, in Tests/Unit.
/// </summary>
[Collection(typeof(PageSilo.Tests))]
public sealed class DataBlockTests(PageSilo silo) : IDisposable
{
    private readonly Tool _tool = new();

    public void Dispose() => _tool.Dispose();

    [Fact]
    public void Blocks_OfAllPages_HaveATest() => Assert.Equal(
        [
            "docs/command-line.md yaml", "docs/configuration.md json", "docs/health.md yaml", "docs/http.md json", "docs/http.md json",
            "docs/http.md json",
        ],
        PageBlock.Pages
            .SelectMany(static p => PageBlock.Of(p, "json", "yaml", "xml", "razor"))
            .Select(static b => $"{b.Page} {b.Language}"));

    [Fact]
    public async Task File_OfTheCommandLine_IsReadAsTheToolReadsIt()
    {
        _tool.Variables["ORLEANSTASKS_SERVER"] = silo.Address;
        var file = _tool.File("tasks.yaml", Block("docs/command-line.md", "yaml", 0));
        Assert.Contains("to create", (await _tool.RunAsync("apply", "-f", file, "--dry-run")).Done(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Task_OfTheHttpApi_IsRegistered()
    {
        using var answer = await SendAsync(HttpMethod.Put, "/api/tasks/of-the-page", Block("docs/http.md", "json", 0));
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    [Fact]
    public async Task RunAndResult_OfTheHttpApi_HaveTheNamesThatItHas()
    {
        using var answer = await SendAsync(HttpMethod.Post, "/api/tasks/fibonacci/run", Block("docs/http.md", "json", 1));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var real = Names(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Names(Block("docs/http.md", "json", 2)), real.Except(["headers"]));
    }

    [Fact]
    public async Task Probes_OfHealth_AreAnswered()
    {
        using var http = new HttpClient();
        var words = Block("docs/health.md", "yaml", 0).Split([' ', ',']);
        foreach (var path in words.Where(static w => w.StartsWith('/')))
        {
            using var answer = await http.GetAsync(new Uri(silo.Address + path), TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }
    }

    private static string Block(string page, string language, int number) =>
        string.Join('\n', PageBlock.Of(page, language).ElementAt(number).Lines);

    private static IEnumerable<string> Names(string json) =>
        JsonDocument.Parse(json).RootElement.EnumerateObject().Select(static p => p.Name);

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string json)
    {
        using var http = new HttpClient();
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var request = new HttpRequestMessage(method, silo.Address + path) { Content = content };
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }
}
