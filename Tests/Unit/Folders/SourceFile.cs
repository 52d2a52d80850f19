using System.Text.RegularExpressions;

namespace OrleansTasks.Tests.Unit;

/// <summary>What a file of source says about where it belongs.</summary>
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
        Types = [.. TypeLine().Matches(text).Select(static m => (m.Groups[2].Value, m.Groups[1].Value.Contains("public", StringComparison.Ordinal)))];
        Usings = [.. UsingLine().Matches(text).Select(static m => m.Groups[1].Value)];
    }

    public string Name { get; }

    /// <summary>Its folder, from the project's.</summary>
    public string Folder { get; }

    public string Namespace { get; }

    /// <summary>The types that it declares, and whether they are public.</summary>
    public IReadOnlyList<(string Name, bool IsPublic)> Types { get; }

    /// <summary>How many lines it has.</summary>
    public int Length { get; }

    /// <summary>The types that it declares, with the lines of each that are not documentation.</summary>
    public IReadOnlyList<(string Name, int Lines)> Lengths { get; }

    /// <summary>The namespaces that it uses; where it uses the members of a type, that type's.</summary>
    public IReadOnlyList<string> Usings { get; }

    /// <summary>The files of source in a folder and those below it.</summary>
    public static IEnumerable<SourceFile> In(string root, string folder) =>
        from path in Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
        let parts = Path.GetRelativePath(root, path).Split(Path.DirectorySeparatorChar)
        where !parts.Contains("obj") && !parts.Contains("bin")
        select new SourceFile(root, path);

    /// <summary>A type ends with a brace, or with the line that declares it, at the margin.</summary>
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

    // A line that does not begin with white space declares no nested type.
    [GeneratedRegex(@"^(?:\[[^\n]*\]\s*)?((?:(?:public|internal|static|sealed|abstract|readonly|partial|ref|file|unsafe)\s+)*)(?:class|record struct|record class|record|struct|interface|enum|delegate\s+\S+)\s+(\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^using (?:static )?(OrleansTasks(?:\.\w+)*?)(?:(?<=static [\w.]+)\.\w+)?;", RegexOptions.Multiline)]
    private static partial Regex UsingLine();

    [GeneratedRegex(@"^\}|(?<=^\S.*);[ ]*$", RegexOptions.Multiline)]
    private static partial Regex EndOfType();
}
