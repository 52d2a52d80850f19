using OrleansTasks.Cli.Documents;

namespace OrleansTasks.Cli.Importing;

/// <summary>A job of another scheduler, and what becomes of it.</summary>
internal sealed record ImportedJob
{
    /// <summary>What it is called there.</summary>
    public required string Source { get; init; }

    /// <summary>When it runs there, in that scheduler's own words.</summary>
    public required string Theirs { get; init; }

    /// <summary>What it becomes; null if it cannot be carried over.</summary>
    public DeclaredTask? Task { get; init; }

    /// <summary>Why it cannot be carried over; null if it can.</summary>
    public string? Fault { get; init; }

    /// <summary>What is different, or is to be done.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>When it runs there, after an instant; null where that cannot be computed.</summary>
    public Func<DateTimeOffset, IEnumerable<DateTimeOffset>>? TheirInstants { get; init; }

    /// <summary>When it runs here.</summary>
    public IEnumerable<DateTimeOffset> OurInstants(DateTimeOffset after) =>
        Task?.Schedule is { } schedule ? schedule.Resolve(after, Task.Name).Occurrences(after).Where(static o => o.Occurs).Select(static o => o.Utc) : [];
}

/// <summary>What was found in a database.</summary>
/// <param name="Jobs">The jobs.</param>
/// <param name="Remarks">What holds for all of them.</param>
internal sealed record ImportedJobs(IReadOnlyList<ImportedJob> Jobs, IReadOnlyList<string> Remarks);
