namespace OrleansTasks.Ui;

/// <summary>Addresses of pages, relative to the dashboard's own.</summary>
internal static class Links
{
    public static string Task(string name) => $"task/{Uri.EscapeDataString(name)}";

    public static string Run(RunId run) => $"run/{Uri.EscapeDataString(run.ToString())}";
}
