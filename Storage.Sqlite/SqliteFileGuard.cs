using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace OrleansTasks.Storage.Sqlite;

/// <summary>
/// Protects the file: restricts access to its owner, and detects whether it is still the file that a connection has open.
/// </summary>
internal static class SqliteFileGuard
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // SQLITE_FCNTL_HAS_MOVED: asks whether the open file is no longer at its path.
    private const int HasMovedQuestion = 20;

    /// <summary>Opens or creates a file that only its owner can read and write.</summary>
    public static FileStream OpenPrivate(string path, FileShare share)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = share };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return new FileStream(path, options);
    }

    /// <summary>
    /// Creates a missing file with access for its owner only. Removes the access that earlier versions gave to all users. SQLite creates
    /// its other files with the same mode.
    /// </summary>
    public static void MakePrivate(string path)
    {
        if (!File.Exists(path))
        {
            OpenPrivate(path, FileShare.ReadWrite).Dispose();
        }
        else if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
        {
            File.SetUnixFileMode(path, OwnerOnly);
        }
    }

    /// <summary>
    /// Returns whether the file of a connection was deleted, moved or replaced. Data written to it would be lost when the process ends.
    /// </summary>
    public static bool HasMoved(SqliteConnection connection) =>
        FileControl(connection.Handle!.DangerousGetHandle(), "main", HasMovedQuestion, out var moved) == 0 && moved != 0;

    [DllImport("e_sqlite3", EntryPoint = "sqlite3_file_control", CharSet = CharSet.Ansi, BestFitMapping = false,
        ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.ApplicationDirectory)]
    private static extern int FileControl(nint database, string name, int question, out int answer);
}
