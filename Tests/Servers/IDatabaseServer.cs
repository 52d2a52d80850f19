using System.Net;

namespace OrleansTasks.Tests.Servers;

/// <summary>A database server on a port of its own, with what it keeps in a temporary directory; gone when disposed.</summary>
public interface IDatabaseServer : IAsyncDisposable
{
    /// <summary>How silos and clients reach it.</summary>
    string ConnectionString { get; }

    /// <summary>The same through another address, behind which is a proxy.</summary>
    string ConnectionStringThrough(IPAddress address, int port);

    int Port { get; }

    /// <summary>Ends it as a crash of it would.</summary>
    Task KillAsync();

    /// <summary>Starts it again with what it had stored.</summary>
    Task StartAsync();

    /// <summary>Gives it an asynchronous replica; returns when that has what is stored, and receives what follows.</summary>
    Task AddReplicaAsync();

    /// <summary>Cuts the replica off: it has all that was stored when this began, and gets nothing that is stored after it has returned.</summary>
    Task CutReplicaAsync();

    /// <summary>Has the replica that was cut off take the place of the server, which was killed: at the same address, and with what the replica has.</summary>
    Task PromoteAsync();

    /// <summary>Has it stand still, or go on.</summary>
    Task FreezeAsync(bool frozen);
}
