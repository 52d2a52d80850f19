using System.CommandLine;
using System.Text;
using System.Text.RegularExpressions;
using OrleansTasks.Cli.Commands;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Tests.Cli.Pages;

namespace OrleansTasks.Tests.Cli;

/// <summary>Compares docs/command-line.md with the commands. With <c>UPDATE_SNAPSHOTS=1</c>, writes its reference section again.</summary>
public sealed partial class ReferenceTests
{
    private const string Beginning = "## Reference\n";
    private static readonly string[] Shown = ["apply", "doctor", "run", "import", "profile", "tail"];

    [Fact]
    public void Reference_Page_MatchesTheCommands()
    {
        var file = Path.Combine(Repository.Root, "docs", "command-line.md");
        var text = File.ReadAllText(file);
        var at = text.IndexOf(Beginning, StringComparison.Ordinal);
        var wanted = text[..at] + Reference();
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(file, wanted);
        }

        Assert.Equal(wanted, File.ReadAllText(file));
    }

    [Fact]
    public void ExitCodes_InTheDocumentation_MatchTheTool()
    {
        var text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "command-line.md"));
        var codes = typeof(ExitCodes).GetFields().Select(static f => (int)f.GetRawConstantValue()!);
        Assert.All(codes, c => Assert.Contains($"| {c} |", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Page_OfTheCommandLine_HasExamples()
    {
        var shown = ShellCommand.Of("docs/command-line.md").Where(static c => c.Program == "orleanstasks").Select(static c => c.Words[1]);
        Assert.Empty(Shown.Except(shown));
    }

    private static CliHost Host() => new() { Out = TextWriter.Null, Error = TextWriter.Null, In = TextReader.Null, ProfilesFile = "" };

    private static string Reference()
    {
        var root = CommandLine.Root(Host());
        var text = new StringBuilder(Beginning);
        text.Append("\nAll commands take these:\n\n");
        Table(text, root.Options.Where(static o => o.Recursive && !o.Hidden && o.Name is not ("--help" or "--version")).Select(Row));
        foreach (var command in root.Subcommands.OrderBy(static c => c.Name, StringComparer.Ordinal))
        {
            Add(text, command, command.Name);
        }

        return text.ToString();
    }

    private static void Add(StringBuilder text, Command command, string path)
    {
        if (command.Subcommands.Count > 0)
        {
            foreach (var child in command.Subcommands)
            {
                Add(text, child, $"{path} {child.Name}");
            }

            return;
        }

        var arguments =
            string.Concat(command.Arguments.Select(static a => a.Arity.MinimumNumberOfValues == 0 ? $" [{a.Name}]" : $" <{a.Name}>"));
        text.Append(System.Globalization.CultureInfo.InvariantCulture,
            $"\n### orleanstasks {path}\n\n`orleanstasks {path}{arguments}`: {Sentences(command.Description!)}\n");
        var rows = command.Arguments.Select(static a => ($"`{a.Name}`", a.Description))
            .Concat(command.Options.Where(static o => o.Name != "--help").Select(Row)).ToList();
        if (rows.Count > 0)
        {
            text.Append('\n');
            Table(text, rows);
        }
    }

    // Pages have one sentence on a line.
    private static string Sentences(string text) => text.Replace(". ", ".\n", StringComparison.Ordinal);

    private static (string Name, string? Says) Row(Option option) =>
        ($"`{string.Join("`, `", option.Aliases.Prepend(option.Name))}`{(option.HelpName is null ? "" : $" {option.HelpName}")}",
            (option.Required ? "Required. " : "") + Address().Replace(option.Description!, "<$0>"));

    [GeneratedRegex("https?://[^ ]*[^ .,]")]
    private static partial Regex Address();

    private static void Table(StringBuilder text, IEnumerable<(string Name, string? Says)> rows)
    {
        text.Append("| | |\n|---|---|\n");
        foreach (var (name, says) in rows)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"| {name.Replace("|", "\\|", StringComparison.Ordinal)} | {says} |\n");
        }
    }
}
