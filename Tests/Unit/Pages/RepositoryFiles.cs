namespace OrleansTasks.Tests.Unit.Pages;

/// <summary>The files of the repository, without what is built.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] Skipped = [".git", "artifacts", "bin", "node_modules", "obj", "StrykerOutput", "TestResults"];

    /// <summary>Returns the paths from the root of the repository, in ordinal order.</summary>
    public static IReadOnlyList<string> With(params string[] extensions)
    {
        var found = new List<string>();
        Add(new DirectoryInfo(Snapshots.Root));
        found.Sort(StringComparer.Ordinal);
        return found;

        void Add(DirectoryInfo folder)
        {
            found.AddRange(folder.EnumerateFiles()
                .Where(f => extensions.Contains(f.Extension))
                .Select(static f => Path.GetRelativePath(Snapshots.Root, f.FullName).Replace('\\', '/')));
            foreach (var inner in folder.EnumerateDirectories().Where(static d => !Skipped.Contains(d.Name)))
            {
                Add(inner);
            }
        }
    }
}
