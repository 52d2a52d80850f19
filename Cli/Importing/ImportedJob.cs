using OrleansTasks.Cli.Documents;

namespace OrleansTasks.Cli.Importing;

/// <summary>Represents a job of another scheduler and the task that replaces it.</summary>
internal sealed record ImportedJob
{
    /// <summary>Gets the name of the job in the other scheduler.</summary>
    public required string Source { get; init; }

    /// <summary>Gets the schedule of the job in the other scheduler's terms.</summary>
    public required string Theirs { get; init; }

    /// <summary>Gets the task that replaces the job, or null if the job cannot be imported.</summary>
    public DeclaredTask? Task { get; init; }

    /// <summary>Gets why the job cannot be imported, or null if it can.</summary>
    public string? Fault { get; init; }

    /// <summary>Gets the differences and the remaining steps for the user.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Gets a function that computes the job's next instants in the other scheduler, or null if that is not possible.</summary>
    public Func<DateTimeOffset, IEnumerable<DateTimeOffset>>? TheirInstants { get; init; }

    /// <summary>Returns the next instants of the task.</summary>
    public IEnumerable<DateTimeOffset> OurInstants(DateTimeOffset after) =>
        Task?.Schedule is { } schedule
            ? schedule.Resolve(after, Task.Name).Occurrences(after).Where(static o => o.Occurs).Select(static o => o.Utc)
            : [];
}

/// <summary>Represents the content of a database.</summary>
/// <param name="Jobs">The jobs.</param>
/// <param name="Remarks">The remarks that apply to all jobs.</param>
internal sealed record ImportedJobs(IReadOnlyList<ImportedJob> Jobs, IReadOnlyList<string> Remarks);
