using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Unit.Pages;

/// <summary>Compares the table of log messages in docs/operations.md with the code.</summary>
public sealed partial class LogTableTests
{
    // The sample program's own message.
    private const int OfSamples = 901;

    [Fact]
    public void Table_OfLogMessages_ListsEachIdWithItsLevels()
    {
        var table = Rows().SelectMany(static r => Ids(r.Groups["ids"].Value).Select(id => (Id: id, Levels: r.Groups["levels"].Value)))
            .ToDictionary(static r => r.Id, static r => r.Levels);
        var messages = RepositoryFiles.With(".cs").Where(static f => !f.StartsWith("Tests/", StringComparison.Ordinal))
            .SelectMany(static f => Message().Matches(File.ReadAllText(LinkedPage.PathOf(f))))
            .Select(static m => (Id: int.Parse(m.Groups["id"].ValueSpan, CultureInfo.InvariantCulture), Level: m.Groups["level"].Value))
            .Where(static m => m.Id != OfSamples)
            .ToList();

        Assert.True(messages.Count > 80, $"Only {messages.Count} messages were found.");
        Assert.Equal(messages.Select(static m => m.Id).Order(), table.Keys.Order());

        // A message without a level of its own has several.
        Assert.Empty(messages.Where(m => m.Level.Length > 0 && !table[m.Id].Contains(m.Level, StringComparison.Ordinal))
            .Select(m => $"{m.Id} is logged as {m.Level}, and the table says {table[m.Id]}."));
    }

    private static MatchCollection Rows() => Row().Matches(File.ReadAllText(LinkedPage.PathOf("docs/operations.md")));

    private static IEnumerable<int> Ids(string text) => text.Split(", ").SelectMany(static part =>
        part.Split(" to ").Select(static n => int.Parse(n, CultureInfo.InvariantCulture)).ToList() is [var first, var last]
            ? Enumerable.Range(first, last - first + 1)
            : [int.Parse(part, CultureInfo.InvariantCulture)]);

    [GeneratedRegex(@"^\| (?<ids>[0-9][0-9, to]*) \| (?<levels>[A-Z][A-Za-z, ]*) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex(@"\[LoggerMessage\(\s*(EventId\s*=\s*)?(?<id>[0-9]+)(,\s*(Level\s*=\s*)?LogLevel\.(?<level>[A-Za-z]+))?")]
    private static partial Regex Message();
}
