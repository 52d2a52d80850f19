using System.Net;

namespace OrleansTasks.Tests.Servers;

/// <summary>Runs a database server on a port of its own, with its data in a temporary directory. Disposal removes both.</summary>
public interface IDatabaseServer : IAsyncDisposable
{
    /// <summary>Gets the connection string for silos and clients.</summary>
    string ConnectionString { get; }

    /// <summary>Returns the connection string through another address, at which a proxy listens.</summary>
    string ConnectionStringThrough(IPAddress address, int port);

    int Port { get; }

    /// <summary>Kills the server, as a crash would.</summary>
    Task KillAsync();

    /// <summary>Starts the server again with its stored data.</summary>
    Task StartAsync();

    /// <summary>Adds an asynchronous replica. Returns when the replica has all stored data and receives further writes.</summary>
    Task AddReplicaAsync();

    /// <summary>
    /// Separates the replica. It has everything that was stored when this call began, and receives nothing that is stored after it returns.
    /// </summary>
    Task CutReplicaAsync();

    /// <summary>Replaces the killed server by the separated replica: at the same address, with the replica's data.</summary>
    Task PromoteAsync();

    /// <summary>Freezes or resumes the server.</summary>
    Task FreezeAsync(bool frozen);
}
