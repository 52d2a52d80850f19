using System.ComponentModel;
using System.Diagnostics;

namespace OrleansTasks.Benchmarks.History;

/// <summary>Asks git which commit is checked out.</summary>
internal static class MeasuredCommit
{
    /// <summary>Returns the short id of the commit, with <c>+</c> if tracked files differ from it.</summary>
    /// <returns>The id, or <c>unknown</c> where there is no repository.</returns>
    public static string Read()
    {
        var commit = Git("rev-parse", "--short=10", "HEAD");
        return commit is null ? "unknown" : Git("status", "--porcelain", "--untracked-files=no") is "" ? commit : commit + "+";
    }

    private static string? Git(params string[] arguments)
    {
        try
        {
            var start = new ProcessStartInfo("git", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
            using var git = Process.Start(start)!;
            var output = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            // There is no git.
            return null;
        }
    }
}
