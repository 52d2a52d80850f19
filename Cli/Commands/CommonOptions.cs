using System.CommandLine;

namespace OrleansTasks.Cli.Commands;

/// <summary>Defines options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string> Server { get; } = new("--server", "-s")
    {
        Description =
            "Address of a silo or web server, such as https://tasks.example.com. Without a path, the API is at /api. Default: "
                + "ORLEANSTASKS_SERVER, the profile, or http://127.0.0.1:5080.",
        HelpName = "url",
        Recursive = true
    };

    public static Option<string> Token { get; } = new("--token")
    {
        Description =
            "Bearer token. @file reads it from a file, which keeps it out of the list of processes. Default: ORLEANSTASKS_TOKEN, or the "
                + "profile.",
        HelpName = "token",
        Recursive = true
    };

    public static Option<string> Profile { get; } = new("--profile")
    {
        Description = "Profile that provides the server and the token. See 'profile'.",
        HelpName = "name",
        Recursive = true
    };

    public static Option<string> Output { get; } = OneOf("--output", "Output format: table for people, json for programs.", true, "table",
        "json");

    public static Option<bool> Yes { get; } = new("--yes", "-y") { Description = "Skips the confirmation." };

    public static Option<int?> Limit { get; } = new("--limit")
    {
        Description = "Maximum number of runs, 1 to 1000. Default: 20.",
        HelpName = "n"
    };

    public static Option<string[]> Header { get; } = new("--header")
    {
        Description = "Header of the run, as name=text. Can be repeated.",
        HelpName = "name=text"
    };

    public static Option<string> From { get; } = new("--from")
    {
        Description = "Start of the period, such as 2027-01-31T09:00:00Z.",
        HelpName = "instant"
    };

    public static Option<string> To { get; } = new("--to")
    {
        Description = "End of the period, such as 2027-02-28T09:00:00Z.",
        HelpName = "instant"
    };

    public static Argument<string> Task(string description = "Name of the task.") => new("task") { Description = description };

    public static Option<string> OneOf(string name, string description, bool recursive, params string[] values)
    {
        var option = new Option<string>(name) { Description = description, HelpName = string.Join('|', values), Recursive = recursive };
        option.AcceptOnlyFromAmong(values);
        return option;
    }
}
