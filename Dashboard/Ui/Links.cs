namespace OrleansTasks.Ui;

/// <summary>Builds addresses of pages, relative to the dashboard's address.</summary>
internal static class Links
{
    /// <summary>The statuses of <see cref="RecentRuns.Troubled"/>, as the address of the page of runs has them.</summary>
    public const string FailedStatuses = "failed,timedOut,lost";

    public static string Task(string name) => $"task/{Uri.EscapeDataString(name)}";

    /// <summary>
    /// Returns the address of the current page, to which a fragment can be added. It never leads to another host or scheme, whatever
    /// address the browser opened.
    /// </summary>
    /// <param name="relative">The address relative to the dashboard's address, with query and fragment.</param>
    public static string Here(string relative) => "./" + relative.Split('#')[0].TrimStart('/', '\\');

    /// <summary>Returns the address of the runs that failed, timed out or were lost within a day, of one task or of all.</summary>
    public static string FailedRuns(string? task = null) =>
        $"runs?status={FailedStatuses}" + (task is null ? "" : $"&task={Uri.EscapeDataString(task)}");

    /// <summary>Returns the address of all kept runs of a task.</summary>
    public static string AllRuns(string task) => $"runs?status=any&within=336&task={Uri.EscapeDataString(task)}";

    /// <summary>Returns the address of a search for a text in the runs of all tasks that ended within a day.</summary>
    public static string Search(string? text) =>
        "runs?status=any" + (string.IsNullOrWhiteSpace(text) ? "" : $"&text={Uri.EscapeDataString(text.Trim())}");

    public static string Batch(Guid batch) => $"batch/{batch}";

    public static string Run(RunId run) => $"run/{Uri.EscapeDataString(run.ToString())}";
}
