using System.Text.Json;

namespace OrleansTasks.Cli.Hosting;

/// <summary>Represents a server and the token for it.</summary>
internal sealed record Profile
{
    public string? Server { get; init; }

    public string? Token { get; init; }
}

/// <summary>Stores the profiles of a user in a file that no other user can read.</summary>
internal sealed record Profiles
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Gets the profile that is used by default, or null if there is none.</summary>
    public string? Used { get; init; }

    public IReadOnlyDictionary<string, Profile> All { get; init; } = new Dictionary<string, Profile>();

    public static Profiles Read(string file)
    {
        try
        {
            return File.Exists(file)
                ? JsonSerializer.Deserialize<Profiles>(File.ReadAllText(file), Json) ?? new Profiles()
                : new Profiles();
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"The profiles in {file} cannot be read: {e.Message} Repair or delete the file.");
        }
    }

    public void Write(string file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            // Write a new file and move it into place, so that the file has the right mode from its first byte.
            var written = file + ".new";
            File.Delete(written);
            using (var stream = new FileStream(written, options))
            {
                JsonSerializer.Serialize(stream, this, Json);
            }

            File.Move(written, file, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CliException.Usage($"The profiles cannot be written to {file}: {e.Message} Check the folder.");
        }
    }

    public Profiles With(string name, Profile profile) =>
        this with
        {
            All = new SortedDictionary<string, Profile>(All.ToDictionary(), StringComparer.Ordinal) { [name] = profile },
            Used = Used ?? name
        };

    public Profiles Without(string name) =>
        this with { All = All.Where(p => p.Key != name).ToDictionary(), Used = Used == name ? null : Used };
}
