using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Unit;

/// <summary>Represents a source file and the folder, types and usings that it names.</summary>
internal sealed partial class SourceFile
{
    private SourceFile(string root, string path)
    {
        var text = File.ReadAllText(path);
        Name = Path.GetFileName(path);
        Folder = Path.GetDirectoryName(Path.GetRelativePath(root, path))!.Replace('\\', '/');
        Namespace = NamespaceLine().Match(text).Groups[1].Value;
        Length = text.AsSpan().Count('\n');
        Lengths = [.. LengthsOf(text)];
        Types =
            [.. TypeLine().Matches(text)
                .Select(static m => (m.Groups[2].Value, m.Groups[1].Value.Contains("public", StringComparison.Ordinal)))];
        Usings = [.. UsingLine().Matches(text).Select(static m => m.Groups[1].Value)];
    }

    public string Name { get; }

    /// <summary>Gets its folder, relative to the project.</summary>
    public string Folder { get; }

    public string Namespace { get; }

    /// <summary>Gets the types that it declares, and whether they are public.</summary>
    public IReadOnlyList<(string Name, bool IsPublic)> Types { get; }

    /// <summary>Gets the number of its lines.</summary>
    public int Length { get; }

    /// <summary>Gets the types that it declares, with the number of lines of each without documentation.</summary>
    public IReadOnlyList<(string Name, int Lines)> Lengths { get; }

    /// <summary>Gets the namespaces that it uses, including those of types in a using static.</summary>
    public IReadOnlyList<string> Usings { get; }

    /// <summary>Returns the source files in a folder and its subfolders.</summary>
    public static IEnumerable<SourceFile> In(string root, string folder) =>
        from path in Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
        let parts = Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar)
        where !parts.Contains("obj") && !parts.Contains("bin")
        select new SourceFile(root, path);

    /// <summary>A type ends with an unindented brace, or with the line that declares it.</summary>
    private static IEnumerable<(string Name, int Lines)> LengthsOf(string text)
    {
        foreach (Match type in TypeLine().Matches(text))
        {
            var end = EndOfType().Match(text, type.Groups[2].Index);
            var lines = text[type.Index..(end.Success ? end.Index + end.Length : text.Length)].Split('\n');
            yield return (type.Groups[2].Value, lines.Count(static l => !l.TrimStart().StartsWith("///", StringComparison.Ordinal)));
        }
    }

    [GeneratedRegex(@"^namespace ([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    // A declaration without indentation is not a nested type.
    [GeneratedRegex(
        @"^(?:\[[^\n]*\]\s*)?((?:(?:public|internal|static|sealed|abstract|readonly|partial|ref|file|unsafe)\s+)*)"
            + @"(?:class|record struct|record class|record|struct|interface|enum|delegate\s+\S+)\s+(\w+)",
        RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^using (?:static )?(OrleansTasks(?:\.\w+)*?)(?:(?<=static [\w.]+)\.\w+)?;", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^\}|(?<=^\S.*);[ ]*$", RegexOptions.Multiline)]
    private static partial Regex EndOfType();
}
