using System.Globalization;

namespace OrleansTasks.Programs;

/// <summary>Reads the settings of the two programs from arguments, environment or appsettings.json, and collects errors.</summary>
/// <param name="configuration">The settings.</param>
internal sealed class SettingsReader(IConfiguration configuration)
{
    private readonly List<string> _faults = [];

    /// <summary>Gets the errors, one sentence each.</summary>
    public IReadOnlyList<string> Faults => _faults;

    public void Add(string fault) => _faults.Add(fault);

    /// <summary>Returns a setting; null if it is not set or blank.</summary>
    public string? Text(string key) => configuration[key] is { } value && !string.IsNullOrWhiteSpace(value) ? value : null;

    /// <summary>
    /// Returns a connection string: the setting itself, or the content of the file that the setting with the suffix <c>File</c> names. Null
    /// if neither is set.
    /// </summary>
    /// <remarks>A file keeps a password out of the process list, which shows the arguments of all processes to everybody.</remarks>
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

    /// <summary>Returns a port from 1 to 65535; null if it is not set or invalid.</summary>
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
