namespace OrleansTasks.Chaos.Judging;

/// <summary>Reads the records that the handlers of all silos wrote.</summary>
internal static class RecordFiles
{
    /// <summary>The extension of the files with what handlers did in the course of a run.</summary>
    public const string WorkExtension = ".work";
    private const string Pattern = "*.records";

    /// <summary>Reads all files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="prefix">The prefix of the names of the tasks that count.</param>
    /// <exception cref="CheckImpossibleException">There is no file, or a file contains something else.</exception>
    public static IReadOnlyList<RunRecord> Read(string folder, string prefix)
    {
        var files = Directory.GetFiles(folder, Pattern);
        return files.Length == 0
            ? throw new CheckImpossibleException($"There is no file {Pattern} in {folder}; the handlers wrote nothing, or elsewhere.")
            : [.. files.SelectMany(static f => ReadFile(f, RunRecord.Read))
                .Where(r => r.Run.Task.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(r => r.At)];
    }

    /// <summary>Reads what handlers did in the course of a run. Only the checker's own silos have such handlers.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="CheckImpossibleException">A file contains something else.</exception>
    public static IReadOnlyList<WorkRecord> ReadWork(string folder) =>
        [.. Directory.GetFiles(folder, $"*{WorkExtension}").SelectMany(f => ReadFile(f, WorkRecord.Read)).OrderBy(r => r.At)];

    private static IReadOnlyList<T> ReadFile<T>(string path, Func<string, IEnumerable<T>> read)
    {
        try
        {
            return [.. read(File.ReadAllText(path))];
        }
        catch (FormatException e)
        {
            throw new CheckImpossibleException($"{path} cannot be read. {e.Message}", e);
        }
    }
}
