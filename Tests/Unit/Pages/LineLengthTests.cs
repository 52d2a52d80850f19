namespace OrleansTasks.Tests.Unit.Pages;

/// <summary>Tests that no line of code has more than 140 characters.</summary>
public sealed class LineLengthTests
{
    private const int Longest = 140;

    private static readonly string[] Extensions =
    [
        ".cs", ".css", ".csproj", ".fs", ".fsproj", ".js", ".props", ".razor", ".sh", ".sql", ".targets", ".yaml", ".yml",
    ];

    [Fact]
    public void Files_OfCode_HaveNoLongLines()
    {
        var files = RepositoryFiles.With(Extensions);
        Assert.True(files.Count > 1_000, "The source was not read.");
        var wrong = files.Select(static f => (File: f, Line: LongLine(f)))
            .Where(static f => f.Line > 0)
            .Select(static f => $"{f.File}:{f.Line} has more than {Longest} characters")
            .ToList();
        Assert.True(wrong.Count == 0, string.Join('\n', wrong.Take(40)));
    }

    /// <summary>Returns the number of the first line that is too long, or 0.</summary>
    private static int LongLine(string file)
    {
        var lines = File.ReadLines(Path.Combine(Snapshots.Root, file)).Select(static (line, n) => (line.Length, Number: n + 1));
        return lines.FirstOrDefault(static l => l.Length > Longest).Number;
    }
}
