using OrleansTasks.Cli.Hosting;

namespace OrleansTasks.Cli.Commands;

/// <summary>Writes to a file or to standard output.</summary>
internal static class TextOutput
{
    public static void Write(string text, string? file, CliHost host, string option)
    {
        if (file is null or "-")
        {
            host.Out.Write(text);
            return;
        }

        try
        {
            File.WriteAllText(file, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw CliException.Usage($"{option}: '{file}' cannot be written: {e.Message} Check the path.");
        }
    }
}
