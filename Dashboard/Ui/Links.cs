namespace OrleansTasks.Ui;

/// <summary>Builds addresses of pages, relative to the dashboard's address.</summary>
internal static class Links
{
    public static string Task(string name) => $"task/{Uri.EscapeDataString(name)}";

    /// <summary>
    /// Returns the address of the current page, to which a fragment can be added. It never leads to another host or scheme, whatever
    /// address the browser opened.
    /// </summary>
    /// <param name="relative">The address relative to the dashboard's address, with query and fragment.</param>
    public static string Here(string relative) => "./" + relative.Split('#')[0].TrimStart('/', '\\');

    public static string Batch(Guid batch) => $"batch/{batch}";

    public static string Run(RunId run) => $"run/{Uri.EscapeDataString(run.ToString())}";
}
