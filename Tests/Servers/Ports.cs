using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace OrleansTasks.Tests.Servers;

/// <summary>
/// Allocates ports of this machine for the programs that tests start. A port that is free now may be taken before its program opens it: the
/// system may use it for an outgoing connection, or another test process may pick it. Therefore these ports lie below the range that
/// systems use for outgoing connections (32768 and above on Linux, 49152 elsewhere). A lock on a file reserves each port for the process
/// that picked it, until that process ends.
/// </summary>
public static class Ports
{
    private const int First = 20_000;
    private const int Count = 12_000;
    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(Path.GetTempPath(), "orleanstasks-ports")).FullName;
    private static readonly List<FileStream> Locks = [];

    /// <summary>Returns ports that no other test process uses while this process runs.</summary>
    /// <exception cref="InvalidOperationException">No more ports are free.</exception>
    public static int[] Take(int count)
    {
        lock (Locks)
        {
            var ports = new int[count];
            var start = Random.Shared.Next(Count);
            var taken = 0;
            for (var i = 0; i < Count && taken < count; i++)
            {
                var port = First + ((start + i) % Count);
                if (TryTake(port))
                {
                    ports[taken++] = port;
                }
            }

            return taken == count
                ? ports
                : throw new InvalidOperationException($"There are not {count} free ports from {First} to {First + Count - 1}.");
        }
    }

    /// <summary>Returns a port that no other test process uses while this process runs.</summary>
    public static int Take() => Take(1)[0];

    private static bool TryTake(int port)
    {
        FileStream? claim = null;
        try
        {
            claim = new FileStream(Path.Combine(Folder, port.ToString(CultureInfo.InvariantCulture)), FileMode.OpenOrCreate,
                FileAccess.ReadWrite, FileShare.None);
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            Locks.Add(claim);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            claim?.Dispose();
            return false;
        }
    }
}
