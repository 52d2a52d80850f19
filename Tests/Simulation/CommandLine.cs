using System.Globalization;

namespace OrleansTasks.Simulation;

/// <summary>Stores what the command line requests.</summary>
internal sealed record CommandLine
{
    /// <summary>The name that stands for all planted defects.</summary>
    public const string All = "all";

    private static readonly Dictionary<string, (string Value, string What)> Options = new(StringComparer.Ordinal)
    {
        ["--seeds"] = ("N", "takes so many seeds (1000)"),
        ["--from"] = ("N", "begins with this one (1)"),
        ["--also"] = ("FILE", "takes the seeds in a file first, which stand at the beginning of its lines"),
        ["--seed"] = ("N", "takes this one only, and tells what happens"),
        ["--calls-of"] = ("TEXT", "tells the calls too that have this in their target or their arguments"),
        ["--times"] = ("N", "lets each seed happen so many times, which must not differ (1)"),
        ["--undead"] = ("no", "has no silo taken for dead that lives on"),
        ["--planted"] = ("NAME", "plants a defect, and takes seeds until one finds it; all: each defect in turn"),
    };

    public ulong Seeds { get; init; } = 1_000;

    public ulong From { get; init; } = 1;

    public ulong? Seed { get; init; }

    /// <summary>Gets how often each of many seeds runs.</summary>
    public int Times { get; init; } = 1;

    public string? Also { get; init; }

    public string? Planted { get; init; }

    public HistorySettings Settings { get; init; } = new();

    /// <summary>Gets the text that lists all options and planted defects.</summary>
    public static string Help { get; } = $"""
        Options:
        {string.Join("\n", Options.Select(static o => $"  {$"{o.Key} {o.Value.Value}",-16} {o.Value.What}"))}
        Defects that can be planted:
        {string.Join("\n", PlantedDefect.Names.Select(static n => $"  {n,-22} {PlantedDefect.WhatIs(n)}"))}
        """;

    /// <summary>Parses the command line.</summary>
    /// <exception cref="FormatException">An argument is not an option, or its value is not valid.</exception>
    public static CommandLine Parse(string[] arguments)
    {
        var line = new CommandLine();
        for (var n = 0; n < arguments.Length; n += 2)
        {
            var option = arguments[n];
            if (!Options.TryGetValue(option, out var known))
            {
                throw new FormatException($"'{option}' is no option.");
            }

            if (n + 1 == arguments.Length)
            {
                throw new FormatException($"'{option}' needs a value: {known.Value}.");
            }

            line = line.With(option, arguments[n + 1]);
        }

        return line;
    }

    private static ulong Number(string option, string text) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : throw new FormatException($"'{option}' is to be a whole number, and is '{text}'.");

    private CommandLine With(string option, string value) => option switch
    {
        "--seeds" => this with { Seeds = Number(option, value) },
        "--from" => this with { From = Number(option, value) },
        "--seed" => this with { Seed = Number(option, value) },
        "--also" => File.Exists(value) ? this with { Also = value } : throw new FormatException($"There is no file '{value}'."),
        "--times" => Number(option, value) is > 0 and < 100 and var times
            ? this with { Times = (int)times }
            : throw new FormatException($"'{option}' is to be from 1 to 99, and is '{value}'."),
        "--calls-of" => this with { Settings = Settings with { CallsOf = value } },
        "--undead" => value == "no"
            ? this with { Settings = Settings with { WithUndead = false } }
            : throw new FormatException($"'{option}' can be 'no' only, and is '{value}'."),
        _ => value == All || PlantedDefect.Names.Contains(value)
            ? this with { Planted = value }
            : throw new FormatException($"There is no defect '{value}' to plant."),
    };
}
