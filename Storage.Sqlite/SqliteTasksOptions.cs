namespace OrleansTasks;

/// <summary>Defines the settings of the SQLite file in which a silo keeps its tasks.</summary>
public sealed class SqliteTasksOptions
{
    /// <summary>
    /// Gets or sets the path of the file. A relative path starts at the current directory. The file and its directory are created if
    /// missing. Default: <c>tasks.db</c>.
    /// </summary>
    public string Path { get; set; } = "tasks.db";

    /// <summary>
    /// Gets or sets the name of a connection string in the host's configuration that has the path of the file, instead of
    /// <see cref="Path"/>: <c>tasks</c> for <c>ConnectionStrings:tasks</c>. It is a path, or <c>Data Source=…</c>; other keywords are
    /// ignored. Default: null, which uses <see cref="Path"/>.
    /// </summary>
    public string? ConnectionName { get; set; }

    /// <summary>
    /// Gets or sets a value indicating whether acknowledged writes survive a power failure (<c>synchronous=FULL</c>: the disk must write at
    /// each commit), and not only a crash of the process (<c>NORMAL</c>). Default: true. Concurrent writes share a commit, so the cost is
    /// latency.
    /// </summary>
    public bool SurvivePowerLoss { get; set; } = true;

    /// <summary>
    /// Gets or sets a value indicating whether the file is checked for damage when it is opened (<c>quick_check</c>, which reads the whole
    /// file). Default: true.
    /// </summary>
    public bool CheckOnOpen { get; set; } = true;

    /// <summary>
    /// Gets or sets the maximum number of concurrent reads. Reads do not wait for the writer. Default: 4. Range: 1 to 64.
    /// </summary>
    public int Readers { get; set; } = 4;
}
