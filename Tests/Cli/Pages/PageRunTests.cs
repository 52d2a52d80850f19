using System.Net;
using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Cli.Pages;

/// <summary>Runs the commands of the documentation, in the order of each page, against a silo with the tasks that pages speak of.</summary>
/// <remarks>
/// The ids of runs and the instants on pages are of their own time. The test replaces them: ids by that of a run that has ended, and
/// instants of commands by ones of today.
/// </remarks>
[Collection(typeof(PageSilo.Tests))]
public sealed partial class PageRunTests(PageSilo silo) : IDisposable
{
    // Files that commands read. Those that commands write have other names, or are written before they are read.
    private static readonly (string Name, string Text)[] Files =
    [
        ("token.txt", "a-token"),
        ("arguments.json", """[["a","b"]]"""),
        ("tasks.yaml", string.Join('\n', PageBlock.Of("docs/command-line.md", "yaml").First().Lines)),
    ];

    private static readonly HttpStatusCode[] Answers =
        [HttpStatusCode.OK, HttpStatusCode.Created, HttpStatusCode.Accepted, HttpStatusCode.NoContent, HttpStatusCode.UnprocessableEntity];

    private readonly Tool _tool = new() { IsTerminal = true };

    public static TheoryData<string> PagesWithTool => [.. PageBlock.Pages.Where(static p => ShellCommand.Of(p).Any(IsRun))];

    public static TheoryData<string> PagesWithRequests => [.. PageBlock.Pages.Where(static p => ShellCommand.Of(p).Any(IsRequest))];

    public void Dispose() => _tool.Dispose();

    [Theory]
    [MemberData(nameof(PagesWithTool))]
    public async Task Commands_OfTheTool_Work(string page)
    {
        _tool.Variables["ORLEANSTASKS_SERVER"] = silo.Address;
        foreach (var (name, text) in Files)
        {
            _tool.File(name, text);
        }

        foreach (var block in ShellCommand.Blocks(page).Select(static b => b.Where(IsRun).ToList()).Where(static b => b.Count > 0))
        {
            foreach (var command in block)
            {
                var (code, output) = await RunAsync(await ReplacedAsync(ToolWords(command)));
                Assert.True(code is 0 or 130, $"{command.Place}: {command.Text}: {code}: {output}");
            }

            await silo.ResetAsync(TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [MemberData(nameof(PagesWithRequests))]
    public async Task Requests_OfAPage_AreAnswered(string page)
    {
        using var http = new HttpClient();
        var ct = TestContext.Current.CancellationToken;
        foreach (var command in ShellCommand.Of(page).Where(IsRequest))
        {
            var request = CurlRequest.Parse(command with { Words = [.. await ReplacedAsync(command.Words)] });
            if (!request.IsForTheLibrary)
            {
                continue;
            }

            Assert.True(silo.Endpoints.Any(e => Routes.Match(e, request)), $"{command.Place}: {command.Text}: the API has no such route");
            if (request.Path.EndsWith("/drain", StringComparison.Ordinal))
            {
                continue; // It would stop the only silo.
            }

            using var message = request.To(silo.Address);
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, ct);
            if (!Answers.Contains(answer.StatusCode))
            {
                Assert.Fail($"{command.Place}: {command.Text}: {answer.StatusCode}: {await answer.Content.ReadAsStringAsync(ct)}");
            }
        }
    }

    [Fact]
    public async Task Body_WithAMisspelledName_IsRefused()
    {
        using var http = new HttpClient();
        var command = ShellCommand.Parse(
            "here", """curl 127.0.0.1:5080/api/tasks/fibonacci/run -H 'Content-Type: application/json' -d '{"agrs":[90]}'""");
        using var message = CurlRequest.Parse(command).To(silo.Address);
        using var answer = await http.SendAsync(message, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
    }

    private static bool IsRequest(ShellCommand command) => command.Program == "curl";

    private static bool IsRun(ShellCommand command) =>
        ToolWords(command) is { Length: > 0 } words && words[0] != "import" && !words.Contains("--profile");

    private static string[] ToolWords(ShellCommand command) => command.Words switch
    {
        ["orleanstasks", .. var words] => words,
        ["dotnet", "run", "--project", "Cli", "--", .. var words] => words,
        _ => [],
    };

    private async Task<(int Code, string Output)> RunAsync(List<string> words)
    {
        for (var n = 0; n < words.Count; n++)
        {
            var isReference = words[n].StartsWith('@');
            if (words[n].EndsWith(".yaml", StringComparison.Ordinal) || isReference)
            {
                words[n] = (isReference ? "@" : "") + _tool.File(words[n].TrimStart('@'));
            }
        }

        _tool.Input = words is [.., "--args", "-"] ? """[["a"]]""" : "y\n";
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await using var output = new FirstLineWriter(words is ["tail", ..] && !words.Contains("--count") ? interrupt : null);
        await using var error = new StringWriter();
        var code = await _tool.RunAsync([.. words], output, error, interrupt.Token);
        return (code, $"{error}{output}");
    }

    private async Task<List<string>> ReplacedAsync(IEnumerable<string> words)
    {
        var ct = TestContext.Current.CancellationToken;
        var now = TimeProvider.System.GetUtcNow();
        var replaced = new List<string>();
        foreach (var word in words)
        {
            var run = RunOfAPage().Match(word);
            replaced.Add(run.Success
                ? word.Replace(run.Value, await silo.EndedRunAsync(run.Groups["task"].Value, ct), StringComparison.Ordinal)
                : replaced.LastOrDefault() switch
                {
                    "--from" => $"{now.AddHours(-3):yyyy-MM-dd'T'HH:mm:ss'Z'}",
                    "--to" => $"{now:yyyy-MM-dd'T'HH:mm:ss'Z'}",
                    "--until" => $"{now.AddDays(1):yyyy-MM-dd'T'HH:mm:ss'Z'}",
                    _ => word,
                });
        }

        return replaced;
    }

    [GeneratedRegex("(?<task>[a-z]+)~…")]
    private static partial Regex RunOfAPage();

    // Presses Ctrl+C after the first line.
    private sealed class FirstLineWriter(CancellationTokenSource? interrupt) : StringWriter
    {
        public override void Write(char value)
        {
            base.Write(value);
            Interrupt(value == '\n');
        }

        public override void Write(char[] buffer, int index, int count)
        {
            base.Write(buffer, index, count);
            Interrupt(buffer.AsSpan(index, count).Contains('\n'));
        }

        public override void Write(string? value)
        {
            base.Write(value);
            Interrupt(value?.Contains('\n', StringComparison.Ordinal) is true);
        }

        private void Interrupt(bool isLine)
        {
            if (isLine)
            {
                interrupt?.Cancel();
            }
        }
    }
}
