using OrleansTasks.Chaos.Faults;

namespace OrleansTasks.Chaos;

/// <summary>Stores the options of the command line.</summary>
internal sealed record ChaosOptions
{
    public const string Usage = """
        dotnet run -c Release --project Tests/Chaos -- --store sqlite|redis|postgres [options]

          --silos N          processes of the cluster; default 3, with sqlite 1
          --duration N       seconds of load; default 120
          --faults a,b,…     kill, freeze, stop, storage, partition, vanish, restart, blackout, deadly, clock, rollback;
                                default: all that the store and this machine allow
          --seed N           of load and faults; default 1
          --tasks N          scheduled tasks; default 40
          --recovery N       seconds within which tasks must fire again after a fault; default 5, which is what is promised
          --out DIR          where the records, logs and the timeline go; it is emptied first; default artifacts/chaos/STORE-SEED
          --plant lost|doubled|late|unheard|repeated|skipped|recomputed|unbooked|booked-twice|stray
                                falsifies what is judged, to see that it is found

        A cluster that runs already, whose silos have the handler of docs/guarantees.md, is checked with

          --attach CONNECTION   where the list of its silos is: a connection string; with sqlite the gateway's port on this machine
          --records DIR         the folder of the files *.records that its handlers append to
          --cluster-id ID       if it is not the library's default; likewise --service-id ID
          --inject CMD          does the faults: CMD begin KIND N, then CMD heal KIND N, with a kind of --faults
                                and a silo's number from 0, or 'all'; heal returns when what was killed answers again.
                                With it --faults is needed, and --silos is the number
                                of silos; without it there are no faults
        """;

    public required Store Store { get; init; }

    /// <summary>Gets the cluster to check. Null: the checker starts its own.</summary>
    public AttachOptions? Attachment { get; init; }

    public required int Silos { get; init; }

    public required TimeSpan Duration { get; init; }

    public required IReadOnlyList<FaultKind> Faults { get; init; }

    public required int Seed { get; init; }

    public required int Tasks { get; init; }

    /// <summary>Gets the time within which tasks must fire again after a fault.</summary>
    public required TimeSpan Recovery { get; init; }

    public required string Folder { get; init; }

    public string? Plant { get; init; }

    /// <summary>Gets whether the silos and a web server run on simulated machines of their own.</summary>
    public bool HasMachines => Attachment is null && Faults.Any(f => f.NeedsMachines());

    /// <summary>Gets whether the checker has an account book, with an outbox.</summary>
    public bool HasBook => Attachment is null && Store == Store.Postgres;

    /// <exception cref="ArgumentException">An option is missing or invalid.</exception>
    public static ChaosOptions Parse(string[] args)
    {
        var line = CommandLine.Read(args);
        var store = line.RequiredChoice<Store>("store");
        var attachment = AttachOptions.Read(line, store);
        var seed = line.Number("seed", 1, 0, int.MaxValue);
        var options = new ChaosOptions
        {
            Store = store,
            Attachment = attachment,
            Silos = line.Number("silos", store == Store.Sqlite ? 1 : 3, 1, attachment is null ? 16 : 1_000),
            Duration = TimeSpan.FromSeconds(line.Number("duration", 120, 30, 86_400)),
            Faults = line.Choices<FaultKind>("faults") ?? (attachment is null ? FaultKinds.Possible(store) : []),
            Seed = seed,
            Tasks = line.Number("tasks", 40, 1, 10_000),
            Recovery = TimeSpan.FromSeconds(line.Number("recovery", 5, 1, 600)),
            Folder =
                Path.GetFullPath(line.Text("out") ?? Path.Combine("artifacts", "chaos", $"{store.ToString().ToLowerInvariant()}-{seed}")),
            Plant = line.Text("plant"),
        };
        line.End();
        return options.Fault() is { } fault ? throw new ArgumentException(fault) : options;
    }

    /// <summary>Returns which options contradict each other; null if none do.</summary>
    private string? Fault()
    {
        if (Store == Store.Sqlite && Silos > 1)
        {
            return $"With sqlite a cluster has one silo, and --silos is {Silos}; use redis or postgres for more.";
        }

        if (Store == Store.Sqlite && Attachment is null && Faults.Except(FaultKinds.OfASingleSilo).Any())
        {
            return $"With sqlite, whose only silo has no server and no others, --faults can be "
                + $"{string.Join(", ", FaultKinds.OfASingleSilo).ToLowerInvariant()}.";
        }

        if (Attachment is not null && Faults.Any(static f => f.NeedsOwnCluster()))
        {
            return $"--faults: {FaultKind.Deadly.ToString().ToLowerInvariant()} needs the checker's own cluster.";
        }

        if (Plant is not null && !Chaos.Plant.Known.Contains(Plant))
        {
            return $"--plant is '{Plant}'; use {string.Join(", ", Chaos.Plant.Known)}.";
        }

        if (Faults.Count > 0 && FaultPlan.Make(this).Count == 0)
        {
            return $"--duration is {Duration.TotalSeconds:0}: too short for any of the faults "
                + $"{string.Join(", ", Faults).ToLowerInvariant()}.";
        }

        return Attachment is { } attached && $"{attached.Records}/".StartsWith($"{Folder}/", StringComparison.Ordinal)
            ? $"--records is in {Folder}, which is emptied first; name another folder with --out."
            : null;
    }
}
