using System.Text.Json;

namespace OrleansTasks.Tests.Packages;

/// <summary>Reads a Dockerfile.</summary>
internal sealed class Dockerfile
{
    private readonly List<string[]> _lines;

    private Dockerfile(IEnumerable<string> lines) =>
        _lines =
            [.. lines.Select(static l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(static l => l.Length > 0 && l[0] != "#")];

    /// <summary>Gets the base images of its stages.</summary>
    public IEnumerable<string> Images => Of("FROM").Select(static l => l[0]);

    /// <summary>Gets the one command that builds the program.</summary>
    public string[] Build => Of("RUN").Single();

    /// <summary>Gets what the last stage copies from the first one, and where to.</summary>
    public string[] Copied => Of("COPY").Single(static l => l[0].StartsWith("--from=", StringComparison.Ordinal));

    /// <summary>Gets the folder in which the program starts.</summary>
    public string Folder => Of("WORKDIR").Last()[0];

    public string User => Of("USER").Last()[0];

    public IReadOnlyDictionary<string, string> Environment =>
        Of("ENV").SelectMany(static l => l).Select(static v => v.Split('=', 2)).ToDictionary(static v => v[0], static v => v[1]);

    public IEnumerable<int> Ports => Of("EXPOSE").SelectMany(static l => l).Select(int.Parse);

    public string[] Entrypoint => JsonSerializer.Deserialize<string[]>(string.Join(' ', Of("ENTRYPOINT").Single()))!;

    public static async Task<Dockerfile> ReadAsync(string file) =>
        new(await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken));

    private IEnumerable<string[]> Of(string instruction) => _lines.Where(l => l[0] == instruction).Select(static l => l[1..]);
}
