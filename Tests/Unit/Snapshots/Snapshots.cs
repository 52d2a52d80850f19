using System.Reflection;

namespace OrleansTasks.Tests.Unit;

/// <summary>Compares texts with approved files. With UPDATE_SNAPSHOTS=1 in the environment, writes the files again.</summary>
internal static class Snapshots
{
    private const string Update = "UPDATE_SNAPSHOTS";

    /// <summary>Gets the folder of the whole repository.</summary>
    public static string Root => Path.GetFullPath(Path.Combine(Folder(), "..", "..", ".."));

    public static void Check(string file, string text)
    {
        text = text.ReplaceLineEndings("\n").TrimEnd() + "\n";
        var approved = Path.Combine(Folder(), file);
        var received = Path.ChangeExtension(approved, ".received.txt");
        if (Environment.GetEnvironmentVariable(Update) == "1")
        {
            File.WriteAllText(approved, text);
        }

        var expected = File.Exists(approved) ? File.ReadAllText(approved).ReplaceLineEndings("\n") : "";
        if (expected == text)
        {
            File.Delete(received);
            return;
        }

        File.WriteAllText(received, text);
        Assert.Fail(
            $"{file} changed: compare {received} with {approved}. If it is meant, run this test with "
                + $"{Update}=1.{FirstDifference(expected, text)}");
    }

    private static string FirstDifference(string expected, string actual)
    {
        var (before, after) = (expected.Split('\n'), actual.Split('\n'));
        var line = Enumerable.Range(0, Math.Max(before.Length, after.Length))
            .First(i => before.ElementAtOrDefault(i) != after.ElementAtOrDefault(i));
        return $"\nLine {line + 1}:\n- {before.ElementAtOrDefault(line)}\n+ {after.ElementAtOrDefault(line)}";
    }

    private static string Folder() =>
        typeof(Snapshots).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == "SnapshotFolder").Value!;
}
