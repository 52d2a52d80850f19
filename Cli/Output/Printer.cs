using System.Text.Encodings.Web;
using System.Text.Json;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Text;
using Spectre.Console;

namespace OrleansTasks.Cli.Output;

/// <summary>Represents a cell of a table.</summary>
/// <param name="Text">The text. Control characters are escaped when it is written.</param>
/// <param name="Tone">The color, if the output has colors.</param>
internal readonly record struct Cell(string? Text, Tone Tone = Tone.Plain)
{
    public static implicit operator Cell(string? text) => new(text);
}

/// <summary>Specifies the meaning of a color.</summary>
internal enum Tone
{
    /// <summary>The text has no color.</summary>
    Plain,

    /// <summary>The state is good.</summary>
    Good,

    /// <summary>The state needs attention.</summary>
    Warning,

    /// <summary>The state is bad.</summary>
    Bad,

    /// <summary>The text is less important.</summary>
    Faint,
}

/// <summary>Writes output for people or for programs.</summary>
internal sealed class Printer
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };
    private static readonly JsonSerializerOptions OneLine = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions IndentedValues = new(TaskJson.Options) { WriteIndented = true };
    private readonly CliHost _host;
    private readonly IAnsiConsole _console;

    public Printer(CliHost host, bool json)
    {
        _host = host;
        IsJson = json;
        var colours = host.IsTerminal && string.IsNullOrEmpty(host.Variable("NO_COLOR")) && host.Variable("TERM") != "dumb";
        _console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = colours ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = colours ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(host.Out),
        });
        _console.Profile.Width = host.Width;
    }

    /// <summary>Gets whether the output is for programs.</summary>
    public bool IsJson { get; }

    public void Json(JsonElement json) => _host.Out.WriteLine(JsonSerializer.Serialize(json, Indented));

    public void JsonLine(JsonElement json) => _host.Out.WriteLine(JsonSerializer.Serialize(json, OneLine));

    public void Json(object value) => _host.Out.WriteLine(JsonSerializer.Serialize(value, IndentedValues));

    public void Line(string? text, Tone tone = Tone.Plain)
    {
        // Without colors, the text bypasses the console, which would wrap long lines.
        if (tone == Tone.Plain || !_host.IsTerminal)
        {
            _host.Out.WriteLine(Harmless(text));
        }
        else
        {
            _console.WriteLine(Harmless(text), StyleOf(tone));
        }
    }

    /// <summary>Writes a progress message or a note to standard error, separate from the command's output.</summary>
    public void Note(string text) => _host.Error.WriteLine(Harmless(text));

    public void Table(string[] headers, IEnumerable<Cell[]> rows, string none)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = true };
        foreach (var header in headers)
        {
            table.AddColumn(
                new TableColumn(new Spectre.Console.Text(header.ToUpperInvariant(), StyleOf(Tone.Faint)))
                {
                    Padding = new Padding(0, 0, 2, 0)
                });
        }

        foreach (var row in rows)
        {
            table.AddRow(row.Select(static c => new Spectre.Console.Text(OneLineOf(c.Text), StyleOf(c.Tone))));
        }

        if (table.Rows.Count == 0)
        {
            Line(none, Tone.Faint);
            return;
        }

        WriteTrimmed(table);
    }

    public void Pairs(IEnumerable<(string Name, Cell Value)> pairs)
    {
        var table = new Table { Border = TableBorder.None, ShowHeaders = false };
        table.AddColumn(new TableColumn("") { Padding = new Padding(0, 0, 2, 0), NoWrap = true });
        table.AddColumn(new TableColumn("") { Padding = new Padding(0, 0, 0, 0) });
        foreach (var (name, value) in pairs.Where(static p => !string.IsNullOrEmpty(p.Value.Text)))
        {
            table.AddRow(new Spectre.Console.Text(name, StyleOf(Tone.Faint)),
                new Spectre.Console.Text(Harmless(value.Text), StyleOf(value.Tone)));
        }

        WriteTrimmed(table);
    }

    public static Tone ToneOf(string? status) => status switch
    {
        "succeeded" or "started" => Tone.Good,
        "failed" or "lost" or "timedOut" or "expired" => Tone.Bad,
        "cancelled" or "paused" or "stopped" or "mixed" or "waiting" => Tone.Warning,
        _ => Tone.Plain,
    };

    private void WriteTrimmed(Table table)
    {
        if (_host.IsTerminal)
        {
            _console.Write(table);
            return;
        }

        using var text = new StringWriter();
        var console =
            AnsiConsole.Create(
                new AnsiConsoleSettings
                {
                    Ansi = AnsiSupport.No,
                    ColorSystem = ColorSystemSupport.NoColors,
                    Interactive = InteractionSupport.No,
                    Out = new AnsiConsoleOutput(text)
                });
        console.Profile.Width = _host.Width;
        console.Write(table);
        foreach (var line in text.ToString().TrimEnd().Split('\n'))
        {
            _host.Out.WriteLine(line.TrimEnd());
        }
    }

    private static string OneLineOf(string? text) => Harmless(text).ReplaceLineEndings(" ");

    private static string Harmless(string? text) =>
        string.Join('\n', (text ?? "").ReplaceLineEndings("\n").Split('\n').Select(static l => ShownText.Of(l.Replace('\t', ' '))));

    private static Style StyleOf(Tone tone) => tone switch
    {
        Tone.Good => new Style(Color.Green),
        Tone.Warning => new Style(Color.Yellow),
        Tone.Bad => new Style(Color.Red),
        Tone.Faint => new Style(Color.Grey),
        _ => Style.Plain,
    };
}
