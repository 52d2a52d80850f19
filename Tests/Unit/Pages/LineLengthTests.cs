namespace OrleansTasks.Tests.Unit.Pages;

/// <summary>
/// Lines of code have at most 140 characters. Files with longer ones are listed in <c>LongLines.txt</c>, which may only shrink.
/// With UPDATE_SNAPSHOTS=1 in the environment, files without longer lines are taken off, and a list that was deleted is written again.
/// </summary>
public sealed class LineLengthTests
{
    private const int Longest = 140;

    private static readonly string[] Extensions =
    [
        ".cs", ".css", ".csproj", ".fs", ".fsproj", ".js", ".props", ".razor", ".sh", ".sql", ".targets", ".yaml", ".yml",
    ];

    private static bool Updates => Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1";

    private static string ListFile => Path.Combine(Snapshots.Root, "Tests", "Unit", "Pages", "LongLines.txt");

    [Fact]
    public void Files_ThatAreNotListed_HaveNoLongLines()
    {
        var files = RepositoryFiles.With(Extensions);
        var listed = Listed(files).ToHashSet(StringComparer.Ordinal);
        Assert.True(files.Count > 1_000, "The source was not read.");
        var wrong = files.Where(f => !listed.Contains(f))
            .Select(static f => (File: f, Line: LongLine(f)))
            .Where(static f => f.Line > 0)
            .Select(static f => $"{f.File}:{f.Line} has more than {Longest} characters")
            .ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(40)));
    }

    [Fact]
    public void Files_ThatAreListed_HaveLongLines()
    {
        var listed = Listed(RepositoryFiles.With(Extensions));
        var left = listed.Where(static f => File.Exists(Path.Combine(Snapshots.Root, f)) && LongLine(f) > 0).ToList();
        if (Updates && left.Count < listed.Length)
        {
            File.WriteAllText(ListFile, string.Concat(left.Select(static f => f + "\n")));
            listed = [.. left];
        }

        Assert.Equal(listed.Order(StringComparer.Ordinal).Distinct(), listed);
        var wrong = listed.Except(left).ToList();
        var files = string.Join('\n', wrong.Take(40));
        Assert.True(wrong.Count == 0, $"Take these off {ListFile}, for example by running this test with UPDATE_SNAPSHOTS=1:\n{files}");
    }

    private static string[] Listed(IReadOnlyList<string> files)
    {
        if (Updates && !File.Exists(ListFile))
        {
            File.WriteAllText(ListFile, string.Concat(files.Where(static f => LongLine(f) > 0).Select(static f => f + "\n")));
        }

        return File.ReadAllLines(ListFile);
    }

    /// <summary>Returns the number of the first line that is too long, or 0.</summary>
    private static int LongLine(string file)
    {
        var number = 0;
        foreach (var line in File.ReadLines(Path.Combine(Snapshots.Root, file)))
        {
            number++;
            if (line.Length > Longest)
            {
                return number;
            }
        }

        return 0;
    }
}
