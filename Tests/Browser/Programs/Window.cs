using System.Text.RegularExpressions;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace OrleansTasks.Tests.Browser;

/// <summary>Represents a browser window, with the actions of tests in it.</summary>
public sealed class Window : IAsyncDisposable
{
    private static readonly AxeRunOptions OfColors = new() { RunOnly = RunOnlyOptions.Rules("color-contrast", "link-in-text-block") };
    private readonly IBrowserContext _context;
    private readonly List<string> _errors = [];

    public Window(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        page.PageError += (_, e) => _errors.Add(e);
        page.Request += (_, r) => Foreign(new Uri(r.Url));
    }

    public IPage Page { get; }

    /// <summary>Gets script errors, and requests to other hosts.</summary>
    public IReadOnlyList<string> Errors => _errors;

    /// <summary>Opens a page of the dashboard, and waits until it is interactive.</summary>
    public async Task GoAsync(string page = "")
    {
        await Page.GotoAsync("/tasks/" + page);
        await Expect(Page.Locator("h1")).ToBeVisibleAsync();
    }

    /// <summary>Passes messages from the server through a gate, from the next page on.</summary>
    public async Task<AnswerGate> GateAsync()
    {
        var gate = new AnswerGate();
        await Page.RouteWebSocketAsync(new Regex("/_blazor"), gate.Connect);
        return gate;
    }

    public ILocator Button(string name) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = name, Exact = true });

    public ILocator Link(string name) => Page.GetByRole(AriaRole.Link, new PageGetByRoleOptions { Name = name, Exact = true });

    public ILocator Text(string text) => Page.GetByText(text).First;

    public Task SeesAsync(string text) => Expect(Text(text)).ToBeVisibleAsync();

    /// <summary>Checks the current page for serious accessibility problems.</summary>
    /// <param name="where">What the page is, for the message of a failure.</param>
    /// <param name="colorsOnly">Only what depends on the color scheme, if another test has checked the rest.</param>
    public async Task IsAccessibleAsync(string where, bool colorsOnly)
    {
        // The other mode also checks frames of other sites. For that it opens a page each time, which takes 2 s.
#pragma warning disable CS0618
        var result = await Page.Locator("html").RunAxeLegacy(colorsOnly ? OfColors : new AxeRunOptions());
#pragma warning restore CS0618
        var grave = result.Violations.Where(v => v.Impact is "serious" or "critical").Select(Describe).ToList();
        Assert.True(grave.Count == 0, $"{where}: {string.Join("\n", grave)}");
    }

    public async ValueTask DisposeAsync()
    {
        await _context.DisposeAsync();
        Assert.Empty(_errors);
    }

    private void Foreign(Uri address)
    {
        if (address.Scheme is "http" or "https" or "ws" or "wss" && !address.IsLoopback)
        {
            _errors.Add($"The page asked {address.Host} for {address}.");
        }
    }

    private static string Describe(AxeResultItem violation) =>
        $"{violation.Impact} {violation.Id}: {violation.Help}: "
            + string.Join(" | ", violation.Nodes.Take(4).Select(
                n => n.Html[..Math.Min(200, n.Html.Length)] + " " + string.Join("; ", n.Any.Select(a => a.Message))));
}
