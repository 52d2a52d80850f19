namespace OrleansTasks.Ui;

/// <summary>Addresses of pages, relative to the dashboard's own.</summary>
internal static class Links
{
    public static string Task(string name) => $"task/{Uri.EscapeDataString(name)}";

    /// <summary>The present page, so that a fragment can follow: never an address of another host, or of another scheme, whatever the browser was sent to.</summary>
    /// <param name="relative">The address relative to the dashboard's own, with query and fragment.</param>
    public static string Here(string relative) => "./" + relative.Split('#')[0].TrimStart('/', '\\');

    public static string Batch(Guid batch) => $"batch/{batch}";

    public static string Run(RunId run) => $"run/{Uri.EscapeDataString(run.ToString())}";
}
