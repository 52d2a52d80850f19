using Microsoft.Playwright;

namespace OrleansTasks.Tests.Browser;

/// <summary>Runs a real browser without a window.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private IPlaywright? _playwright;

    /// <summary>Gets the reason why no browser is available. Null if one is.</summary>
    public static string? Missing => Path is null ? "Chromium is not installed (Debian and Ubuntu: apt-get install chromium)." : null;

    private static string? Path => Names.Select(Servers.Programs.Find).FirstOrDefault(p => p is not null);

    public IBrowser Browser { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        if (Missing is null)
        {
            // A shared machine may pause for seconds.
            Assertions.SetDefaultExpectTimeout(30_000);
            _playwright = await Playwright.CreateAsync();
            Browser =
                await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Path, Args = ["--no-sandbox"] });
        }
    }

    /// <summary>Opens a separate window with the time zone Berlin. Errors in it fail the test.</summary>
    public async Task<Window> OpenAsync(string address, ColorScheme colours = ColorScheme.Light, int width = 1280, int height = 800,
        string? user = null)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        var context = await Browser.NewContextAsync(new BrowserNewContextOptions
        {
            BaseURL = address,
            TimezoneId = "Europe/Berlin",
            Locale = "en-GB",
            ColorScheme = colours,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new ViewportSize { Width = width, Height = height },
        });
        if (user is not null)
        {
            await context.AddCookiesAsync([new Cookie { Name = "user", Value = user, Url = address }]);
        }

        context.SetDefaultTimeout(30_000);
        return new Window(context, await context.NewPageAsync());
    }

    public async ValueTask DisposeAsync()
    {
        if (Browser is not null)
        {
            await Browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
