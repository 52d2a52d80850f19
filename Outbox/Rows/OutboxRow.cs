namespace OrleansTasks.Outbox.Rows;

/// <summary>Contains a row of an outbox, as it is stored.</summary>
/// <param name="Id">The UUID of the run, as 32 hexadecimal digits.</param>
/// <param name="Task">The task.</param>
/// <param name="Key">The key whose rows are handed over in order, or null.</param>
/// <param name="Arguments">The arguments as JSON, or null.</param>
/// <param name="Options">The options as JSON, or null.</param>
/// <param name="Trace">The trace of the request as JSON, or null.</param>
/// <param name="CreatedAt">When it was created, in Unix milliseconds.</param>
internal sealed record OutboxRow(
    string Id, string Task, string? Key, string? Arguments, string? Options, string? Trace, long CreatedAt)
{
    /// <summary>Gets the position of the row, which the database assigns.</summary>
    public long Seq { get; init; }

    /// <summary>Gets how often it was handed over.</summary>
    public int Attempts { get; init; }

    /// <summary>Gets the id of the run.</summary>
    public RunId Run => RunOf(Id, Task);

    /// <summary>Returns the id of a run. An id that somebody has written by hand may be none; the cluster refuses such a run.</summary>
    public static RunId RunOf(string id, string task) => new(task, Guid.TryParseExact(id, "N", out var value) ? value : Guid.Empty);
}
