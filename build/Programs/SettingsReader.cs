using System.Globalization;

namespace OrleansTasks.Programs;

/// <summary>Reads what the two programs are told by arguments, environment or appsettings.json, and gathers what is wrong with it.</summary>
/// <param name="configuration">What they are told.</param>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> _faults = [];

    /// <summary>What is wrong, a sentence each.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public void Add(string fault) => _faults.Add(fault);

    /// <summary>A text; null if it is not set, or blank.</summary>
    public string? Text(string key) => configuration[key] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    /// <summary>A connection string, or what is in the file that the same key with <c>File</c> after it names; null if neither is set.</summary>
    /// <remarks>A file keeps a password out of the list of processes, which shows everybody the arguments of all.</remarks>
    public string? Connection(string key)
    {
        if (Text($"{key}File") is not { } path)
        {
            return Text(key);
        }

        if (Text(key) is not null)
        {
            Add($"Both {key} and {key}File are set; one is wanted.");
            return null;
        }

        try
        {
            return File.ReadAllText(path).Trim() is { Length: > 0 } text ? text : throw new IOException("it is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            Add($"{key}File is '{path}', which cannot be read: {e.Message}");
            return null;
        }
    }

    /// <summary>A port, from 1 to 65535; null if it is not set.</summary>
    public int? Port(string key)
    {
        if (Text(key) is not { } value)
        {
            return null;
        }

        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535)
        {
            return number;
        }

        Add($"{key} is '{value}'; a port from 1 to 65535 is wanted.");
        return null;
    }
}
