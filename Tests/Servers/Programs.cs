using System.Diagnostics;
using System.Globalization;

namespace OrleansTasks.Tests.Servers;

/// <summary>Finds, runs and signals programs that are installed on this machine.</summary>
public static class Programs
{
    // Debian installs PostgreSQL's server programs here, outside the path.
    private const string PostgreSqlFolders = "/usr/lib/postgresql";

    /// <summary>Returns the path of a program; null if it is not installed.</summary>
    public static string? Find(string name)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .ToList();
        if (Directory.Exists(PostgreSqlFolders))
        {
            folders.AddRange(
                Directory.GetDirectories(PostgreSqlFolders).OrderDescending(StringComparer.Ordinal).Select(d => Path.Combine(d, "bin")));
        }

        return folders.Select(f => Path.Combine(f, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>Runs a program to its end, and returns its output.</summary>
    /// <exception cref="InvalidOperationException">The exit code was not 0.</exception>
    public static Task<string> RunAsync(string program, params IEnumerable<string> arguments) =>
        RunInAsync(Path.GetTempPath(), [], program, arguments);

    /// <summary>Runs a program to its end, in a folder and with additional environment variables, and returns its output.</summary>
    /// <exception cref="InvalidOperationException">The exit code was not 0.</exception>
    public static async Task<string> RunInAsync(string folder, Dictionary<string, string> environment, string program,
        IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder
        };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? await output
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with exit code {process.ExitCode}: {await output} {await errors}");
    }

    /// <summary>Sends a signal (<c>KILL</c>, <c>STOP</c>, <c>CONT</c>, <c>TERM</c>) to a process.</summary>
    public static async Task SignalAsync(int process, string signal) =>
        await RunAsync("kill", $"-{signal}", process.ToString(CultureInfo.InvariantCulture));
}
