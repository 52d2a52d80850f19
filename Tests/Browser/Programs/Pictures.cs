using System.Reflection;
using Microsoft.Playwright;

namespace OrleansTasks.Tests.Browser;

/// <summary>
/// Takes pictures of pages and stores them under <c>artifacts/dashboard</c>. With UPDATE_PICTURES=1, also replaces those of the
/// documentation.
/// </summary>
internal static class Pictures
{
    // The pictures in the documentation.
    private static readonly string[] OfDocuments = ["overview-light", "task-light", "run-dark", "edit-schedule", "list-phone"];
    private static readonly string Root = typeof(Pictures).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(a => a.Key == "Root").Value!;

    public static async Task TakeAsync(IPage page, string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(Root, "artifacts", "dashboard")).FullName;
        var picture = Path.Combine(folder, name + ".png");
        await page.ScreenshotAsync(new PageScreenshotOptions { Path = picture, Animations = ScreenshotAnimations.Disabled });
        if (OfDocuments.Contains(name) && Environment.GetEnvironmentVariable("UPDATE_PICTURES") == "1")
        {
            File.Copy(picture, Path.Combine(Directory.CreateDirectory(Path.Combine(Root, "docs", "pictures")).FullName, name + ".png"),
                overwrite: true);
        }
    }
}
