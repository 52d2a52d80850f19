namespace OrleansTasks;

/// <summary>Settings of the SQLite file in which a silo keeps its tasks.</summary>
public sealed class SqliteTasksOptions
{
    /// <summary>The path of the file; relative ones count from the current directory. It and its directory are made if missing. Default: <c>tasks.db</c>.</summary>
    public string Path { get; set; } = "tasks.db";

    /// <summary>
    /// The name of a connection string of the host's configuration that says where the file is, in place of <see cref="Path"/>: <c>tasks</c> for <c>ConnectionStrings:tasks</c>. It is a path, or
    /// <c>Data Source=…</c>; other members do nothing. Null, the default: <see cref="Path"/> says it.
    /// </summary>
    public string? ConnectionName { get; set; }

    /// <summary>
    /// Whether what is acknowledged survives a loss of power (<c>synchronous=FULL</c>: the disk is told to write at each commit), and not
    /// only a crash of the process (<c>NORMAL</c>). Default: true. Writes that come together share a commit, so the cost is one of latency.
    /// </summary>
    public bool SurvivePowerLoss { get; set; } = true;

    /// <summary>Whether the file is checked for damage when it is opened (<c>quick_check</c>, which reads all of it). Default: true.</summary>
    public bool CheckOnOpen { get; set; } = true;

    /// <summary>How many reads may be under way at once; they do not wait for the writer. Default: 4. Range: 1 to 64.</summary>
    public int Readers { get; set; } = 4;
}
