using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Cli.Pages;

/// <summary>A block of code of a page.</summary>
/// <param name="Page">The path of the page from the root of the repository.</param>
/// <param name="Line">The number of its first line on the page.</param>
/// <param name="Language">The language that the page names.</param>
/// <param name="Lines">The lines, without the indentation of the block.</param>
internal sealed partial record PageBlock(string Page, int Line, string Language, IReadOnlyList<string> Lines)
{
    private static readonly string[] OutsideDocs =
    [
        "README.md", "CONTRIBUTING.md", "build/package-readme.md", "Cli/README.md", "Templates/README.md",
        "Templates/content/orleanstasks-cluster/README.md",
    ];

    /// <summary>Gets the paths of all pages with code that a reader may use.</summary>
    public static IReadOnlyList<string> Pages { get; } =
    [
        .. Directory.EnumerateFiles(PathOf("docs"), "*.md", SearchOption.AllDirectories)
            .Select(static f => Path.GetRelativePath(Repository.Root, f).Replace('\\', '/'))
            .Concat(OutsideDocs)
            .Order(StringComparer.Ordinal),
    ];

    public static string PathOf(string name) => Path.Combine(Repository.Root, name);

    /// <summary>Returns the blocks of a page in these languages.</summary>
    public static IEnumerable<PageBlock> Of(string page, params string[] languages)
    {
        List<string>? lines = null;
        var (first, indent, language) = (0, 0, "");
        foreach (var (number, line) in File.ReadLines(PathOf(page)).Index())
        {
            if (lines is null && Fence().Match(line) is { Success: true } start)
            {
                (lines, first, indent, language) = ([], number + 2, start.Groups["indent"].Length, start.Groups["language"].Value);
            }
            else if (lines is not null && line.Trim() == "```")
            {
                if (languages.Contains(language))
                {
                    yield return new PageBlock(page, first, language, lines);
                }

                lines = null;
            }
            else
            {
                lines?.Add(line.Length > indent ? line[indent..] : "");
            }
        }
    }

    [GeneratedRegex("^(?<indent> *)```(?<language>[a-z]+) *$")]
    private static partial Regex Fence();
}
