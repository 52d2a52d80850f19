using System.Globalization;

namespace OrleansTasks.Chaos;

/// <summary>Somebody else's cluster, which is to be checked.</summary>
/// <param name="Connection">How a client finds it: the store's connection string; with SQLite, the gateway's port.</param>
/// <param name="Records">The folder where its handlers' records are.</param>
/// <param name="Inject">The program that does faults to it; null: there are none.</param>
/// <param name="ClusterId">Its id; null: the library's default.</param>
/// <param name="ServiceId">The service's id; null: the library's default.</param>
internal sealed record AttachOptions(string Connection, string Records, string? Inject, string? ClusterId, string? ServiceId)
{
    private static readonly string[] Companions = ["records", "inject", "cluster-id", "service-id"];

    /// <summary>What the command line says of it; null if there is none.</summary>
    /// <exception cref="ArgumentException">Something is missing or wrong.</exception>
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
            throw new ArgumentException("--faults and --inject go together with --attach: the one says which faults, the other who does them.");
        }

        var records = line.Text("records") ?? throw new ArgumentException("--records is missing: without what the handlers wrote nothing can be judged.");
        return new AttachOptions(connection, Path.GetFullPath(records), line.Text("inject"), line.Text("cluster-id"), line.Text("service-id"));
    }
}
