using System.Reflection;
using OrleansTasks.Tasks;

namespace OrleansTasks.Tests.Unit;

/// <summary>
/// Tests that the parts of the engine stay small. A part that grows has a second responsibility, which belongs in a part of its own.
/// </summary>
public class PartSizeTests
{
    private const int MostLines = 300;
    private const int MostLinesOfAFile = 400;
    private const int MostFields = 15;

    /// <summary>Longer parts by full name, each with its reason. The list should be empty.</summary>
    private static readonly Dictionary<string, string> Exceptions = [];

    private static readonly Lazy<List<SourceFile>> Files = new(static () => [.. SourceFile.In(Snapshots.Root, "Grains")]);

    [Fact]
    public void Files_OfTheEngine_HaveNoMoreThan400Lines()
    {
        Assert.True(Files.Value.Count > 200, "The source was not read.");
        Assert.Empty(
            Files.Value.Where(static f => f.Length > MostLinesOfAFile).Select(static f => $"{f.Folder}/{f.Name} has {f.Length} lines"));
    }

    /// <summary>All files of a partial class count together. Documentation does not count.</summary>
    [Fact]
    public void Classes_OfTheEngine_HaveNoMoreThan300Lines()
    {
        var lengths = Files.Value.SelectMany(static f => f.Lengths, static (f, t) => (Part: $"{f.Namespace}.{t.Name}", t.Lines))
            .GroupBy(static t => t.Part, static t => t.Lines).ToList();
        Assert.InRange(lengths.First(static l => l.Key == "OrleansTasks.Tasks.TaskCore").Sum(), 80, MostLines);
        Assert.Empty(
            lengths.Where(static l => l.Sum() > MostLines && !Exceptions.ContainsKey(l.Key))
                .Select(static l => $"{l.Key} has {l.Sum()} lines"));
    }

    [Fact]
    public void Exceptions_Listed_ExceedTheLimit() =>
        Assert.All(Exceptions,
            static e =>
                Assert.True(
                    Files.Value.SelectMany(f => f.Lengths, (f, t) => (Part: $"{f.Namespace}.{t.Name}", t.Lines)).Where(t => t.Part == e.Key)
                        .Sum(static t => t.Lines) > MostLines));

    /// <summary>A grain only passes calls, timers and notifications to its parts, which decide and hold the state.</summary>
    [Fact]
    public void Shells_HaveNoMoreThan15Fields()
    {
        var shells = typeof(TaskGrain).Assembly.GetTypes().Where(static t => typeof(Grain).IsAssignableFrom(t)).Append(typeof(TaskCore))
            .ToList();
        Assert.Contains(typeof(TaskGrain), shells);
        Assert.DoesNotContain(shells, static t => FieldsOf(t) > MostFields);

        static int FieldsOf(Type type) =>
            type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).Length;
    }
}
