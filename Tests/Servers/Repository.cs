namespace OrleansTasks.Tests.Servers;

/// <summary>Finds files of the repository from which the tests were built.</summary>
public static class Repository
{
    /// <summary>Gets the repository's folder.</summary>
    public static string Root { get; } = Find();

    /// <summary>Gets the build configuration of the tests and programs: the name of the folder in <c>bin</c>.</summary>
    public static string Configuration => new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;

    /// <summary>Returns the path of the assembly of a program in the repository.</summary>
    /// <param name="folder">The program's folder, for example <c>Silo</c>.</param>
    /// <param name="assembly">The assembly's name without its extension.</param>
    public static string Program(string folder, string assembly) =>
        Path.Combine(Root, folder, "bin", Configuration, Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)),
            $"{assembly}.dll");

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OrleansTasks.sln")))
        {
            folder = Path.GetDirectoryName(folder)
                ?? throw new DirectoryNotFoundException($"OrleansTasks.sln is in no directory above {AppContext.BaseDirectory}.");
        }

        return folder;
    }
}
