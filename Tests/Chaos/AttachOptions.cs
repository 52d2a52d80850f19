using System.Globalization;

namespace OrleansTasks.Chaos;

/// <summary>Represents a running cluster that is not the checker's own.</summary>
/// <param name="Connection">How a client reaches the cluster: the store's connection string; with SQLite, the gateway's port.</param>
/// <param name="Records">The folder with the records of the cluster's handlers.</param>
/// <param name="Inject">The program that injects faults. Null: no faults.</param>
/// <param name="ClusterId">The cluster's id. Null: the library's default.</param>
/// <param name="ServiceId">The service's id. Null: the library's default.</param>
internal sealed record AttachOptions(string Connection, string Records, string? Inject, string? ClusterId, string? ServiceId)
{
    private static readonly string[] Companions = ["records", "inject", "cluster-id", "service-id"];

    /// <summary>Reads the options from the command line. Returns null if it names no cluster.</summary>
    /// <exception cref="ArgumentException">An option is missing or invalid.</exception>
    public static AttachOptions? Read(CommandLine line, Store store)
    {
        if (line.Text("attach") is not { } connection)
        {
            return Companions.FirstOrDefault(line.Has) is { } alone
                ? throw new ArgumentException($"--{alone} is for a cluster that runs already: --attach is missing.")
                : null;
        }

        if (store == Store.Sqlite && !int.TryParse(connection, CultureInfo.InvariantCulture, out _))
        {
            throw new ArgumentException($"--attach is '{connection}'; with sqlite the port of the silo's gateway is wanted.");
        }

        if (line.Has("inject") != line.Has("faults"))
        {
            throw new ArgumentException(
                "--faults and --inject go together with --attach: the one says which faults, the other who does them.");
        }

        var records = line.Text("records")
            ?? throw new ArgumentException("--records is missing: without what the handlers wrote nothing can be judged.");
        return new AttachOptions(connection, Path.GetFullPath(records), line.Text("inject"), line.Text("cluster-id"),
            line.Text("service-id"));
    }
}
