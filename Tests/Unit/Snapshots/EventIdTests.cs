using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that each event id belongs to one log message, in all packages and programs.</summary>
public sealed partial class EventIdTests
{
    [Fact]
    public void LoggerMessages_OfAllProjects_HaveUniqueIds()
    {
        var messages = Sources().SelectMany(
            file => Message().Matches(File.ReadAllText(file)).Select(m => (File: Path.GetFileName(file), Id: IdOf(m)))).ToList();

        Assert.True(messages.Count > 80, $"Only {messages.Count} messages were found.");
        Assert.DoesNotContain(messages, m => m.Id is null);
        Assert.Empty(
            messages.GroupBy(m => m.Id).Where(g => g.Count() > 1).Select(g => $"{g.Key}: {string.Join(", ", g.Select(m => m.File))}"));
    }

    private static int? IdOf(Match message) =>
        message.Groups["id"] is { Success: true } id ? int.Parse(id.ValueSpan, CultureInfo.InvariantCulture) : null;

    /// <summary>Returns the source files of all packages and programs, also of those that this project does not reference.</summary>
    private static IEnumerable<string> Sources() => Directory.EnumerateDirectories(Snapshots.Root)
        .Where(d => Path.GetFileName(d) is not "Tests" && Directory.EnumerateFiles(d, "*.csproj").Any())
        .SelectMany(d => Directory.EnumerateFiles(d, "*.cs", SearchOption.AllDirectories))
        .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    [GeneratedRegex(@"\[LoggerMessage(\(\s*(EventId\s*=\s*)?(?<id>[0-9]+))?")]
    private static partial Regex Message();
}
