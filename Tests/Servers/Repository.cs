namespace OrleansTasks.Tests.Servers;

/// <summary>The repository that the tests are built in.</summary>
public static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Root { get; } = Find();

    /// <summary>How the tests, and with them the programs, were built: the name of the folder in <c>bin</c>.</summary>
    public static string Configuration => new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)).Parent!.Name;

    /// <summary>The assembly of a program of the repository.</summary>
    /// <param name="folder">The program's folder, as <c>Silo</c>.</param>
    /// <param name="assembly">The assembly's name without its ending.</param>
    public static string Program(string folder, string assembly) =>
        Path.Combine(Root, folder, "bin", Configuration, Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)), $"{assembly}.dll");

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "OrleansTasks.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException($"OrleansTasks.sln is in no directory above {AppContext.BaseDirectory}.");
        }

        return folder;
    }
}
