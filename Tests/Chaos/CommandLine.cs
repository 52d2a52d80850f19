using System.Globalization;

namespace OrleansTasks.Chaos;

/// <summary>Parses options that each have a value. An option that nothing reads is an error.</summary>
internal sealed class CommandLine
{
    private readonly Dictionary<string, string> _pairs = new(StringComparer.Ordinal);

    private CommandLine()
    {
    }

    /// <exception cref="ArgumentException">The arguments are not pairs of an option and a value.</exception>
    public static CommandLine Read(string[] args)
    {
        var line = new CommandLine();
        for (var i = 0; i < args.Length; i += 2)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal) || i + 1 >= args.Length)
            {
                throw new ArgumentException($"'{args[i]}' is not an option with a value.");
            }

            line._pairs[args[i][2..]] = args[i + 1];
        }

        return line;
    }

    public bool Has(string name) => _pairs.ContainsKey(name);

    public string? Text(string name) => _pairs.Remove(name, out var value) ? value : null;

    /// <exception cref="ArgumentException">The option is missing.</exception>
    public string Required(string name) => Text(name) ?? throw new ArgumentException($"--{name} is missing.");

    /// <exception cref="ArgumentException">The value is not a number in the range.</exception>
    public int Number(string name, int otherwise, int least, int most) => Has(name) ? RequiredNumber(name, least, most) : otherwise;

    /// <exception cref="ArgumentException">The option is missing, or its value is not a number in the range.</exception>
    public int RequiredNumber(string name, int least, int most)
    {
        var text = Required(name);
        return int.TryParse(text, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new ArgumentException($"--{name} is '{text}'; a number from {least} to {most} is wanted.");
    }

    /// <exception cref="ArgumentException">The option is missing, or its value is not one of the choices.</exception>
    public T RequiredChoice<T>(string name)
        where T : struct, Enum => ToChoice<T>(name, Required(name));

    /// <summary>Returns several choices, separated by commas; null if the option is missing.</summary>
    /// <exception cref="ArgumentException">A value is not one of the choices.</exception>
    public IReadOnlyList<T>? Choices<T>(string name)
        where T : struct, Enum => Text(name)?.Split(',').Select(c => ToChoice<T>(name, c)).ToList();

    /// <exception cref="ArgumentException">An option was not read.</exception>
    public void End()
    {
        if (_pairs.Count > 0)
        {
            throw new ArgumentException($"--{_pairs.Keys.First()} is not known.");
        }
    }

    private static T ToChoice<T>(string name, string text)
        where T : struct, Enum => Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value)
        ? value
        : throw new ArgumentException(
            $"--{name}: '{text}' is not one of {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}.");
}
