namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that the folders form layers: a folder uses only folders below it.</summary>
public class FolderTests
{
    private static readonly (string Folder, string Assembly)[] Libraries =
    [
        ("GrainInterfaces", "OrleansTasks.GrainInterfaces"),
        ("Grains", "OrleansTasks.Grains"),
        ("Dashboard", "OrleansTasks.Dashboard"),
        ("Storage.Sqlite", "OrleansTasks.Storage.Sqlite"),
        ("Storage.Redis", "OrleansTasks.Storage.Redis"),
        ("Storage.PostgreSql", "OrleansTasks.Storage.PostgreSql"),
        ("Reminders", "OrleansTasks.Reminders"),
        ("Outbox", "OrleansTasks.Outbox"),
        ("Outbox.EntityFrameworkCore", "OrleansTasks.Outbox.EntityFrameworkCore"),
        ("Testing", "OrleansTasks.Testing"),
        ("Client.Http", "OrleansTasks.Client.Http"),
    ];

    private static readonly Lazy<FolderGraph> Graph = new(static () => new FolderGraph(Snapshots.Root, Libraries));

    [Fact]
    public void Folders_HaveNoCyclicDependencies()
    {
        Assert.True(Graph.Value.Count > 100, "What was compiled was not read.");
        var circle = Graph.Value.FindCircle();
        Assert.True(circle is null, circle);
    }

    [Fact]
    public void Namespaces_OfInternalTypes_FollowTheFolders()
    {
        var wrong = Graph.Value.Files
            .Where(static f =>
                f.Types.Count > 0 && !f.Namespace.StartsWith("Microsoft.", StringComparison.Ordinal)
                    && !f.Namespace.StartsWith("Orleans.", StringComparison.Ordinal))
            .Where(static f => f.Namespace != Room(f))
            .Select(static f => $"{f.Folder}/{f.Name} is in {f.Namespace}; expected: {Room(f)}")
            .ToList();
        Assert.Empty(wrong);
    }

    // The pages of the dashboard count as one folder. The test kit is a namespace of its own, because users need it only in tests.
    private static string Room(SourceFile file) =>
        file.Folder.StartsWith("Dashboard/Ui", StringComparison.Ordinal) ? "OrleansTasks.Ui"
        : file.Types.Any(static t => t.IsPublic) ? IsOf("Testing", file) ? "OrleansTasks.Testing" : "OrleansTasks"
        : IsOf("Testing", file) || IsOf("Client.Http", file) || IsOf("Reminders", file)
            || IsOf("Outbox", file) || IsOf("Outbox.EntityFrameworkCore", file)
            || file.Folder.StartsWith("Storage.", StringComparison.Ordinal)
            ? $"OrleansTasks.{file.Folder.Replace('/', '.')}"
        : string.Join('.', file.Folder.Split('/').Skip(1).Prepend("OrleansTasks"));

    private static bool IsOf(string library, SourceFile file) =>
        file.Folder == library || file.Folder.StartsWith(library + "/", StringComparison.Ordinal);
}
