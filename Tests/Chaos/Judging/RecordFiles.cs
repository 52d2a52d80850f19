namespace OrleansTasks.Chaos.Judging;

/// <summary>Reads the records that the handlers of all silos wrote.</summary>
internal static class RecordFiles
{
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
            : [.. files.SelectMany(ReadFile).Where(r => r.Run.Task.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(r => r.At)];
    }

    private static IReadOnlyList<RunRecord> ReadFile(string path)
    {
        try
        {
            return [.. RunRecord.Read(File.ReadAllText(path))];
        }
        catch (FormatException e)
        {
            throw new CheckImpossibleException($"{path} cannot be read. {e.Message}", e);
        }
    }
}
