using OrleansTasks.Chaos.Machines;

namespace OrleansTasks.Chaos.Faults;

/// <summary>What is done to the cluster.</summary>
internal enum FaultKind
{
    /// <summary>A silo is killed (kill -9), and started again.</summary>
    Kill,

    /// <summary>A silo stands still (SIGSTOP) until long after it was declared dead, then goes on; when it has ended itself, it is started again.</summary>
    Freeze,

    /// <summary>A silo is asked to stop (SIGTERM), and started again.</summary>
    Stop,

    /// <summary>What a silo, or all, write to the store is slow, refused, or written while the answer is lost.</summary>
    Storage,

    /// <summary>Silos on machines of their own cannot reach some of the others, while all reach the store.</summary>
    Partition,

    /// <summary>
    /// A machine is gone from one moment to the next: nobody reaches it, none of its connections is closed, and what ran on it does not run
    /// any more. Later the machine is back, and what ran on it is started again.
    /// </summary>
    Vanish,

    /// <summary>The server of the store is killed, and started again.</summary>
    Restart,

    /// <summary>All silos are killed at once, and started again.</summary>
    Blackout,

    /// <summary>A run ends the process of its silo, and then that of the next one that takes it; they are started again.</summary>
    Deadly,

    /// <summary>The wall clock of a silo, or of all, is put forward or back, and later set right again. Timers notice neither.</summary>
    Clock,

    /// <summary>
    /// The server of the store is killed, and a replica takes its place that was cut off about a second before: what was stored meanwhile is gone. One time in three, a
    /// silo is killed with it, whose memory cannot make up for it then.
    /// </summary>
    Rollback,
}

/// <summary>What faults need.</summary>
internal static class FaultKinds
{
    /// <summary>Those that a single silo with a file survives: it has no server, and nobody who could declare it dead.</summary>
    public static readonly IReadOnlyList<FaultKind> OfASingleSilo = [FaultKind.Kill, FaultKind.Stop, FaultKind.Blackout, FaultKind.Clock];

    /// <summary>Whether a fault is done to the network of machines.</summary>
    public static bool NeedsMachines(this FaultKind kind) => kind is FaultKind.Partition or FaultKind.Vanish;

    /// <summary>The faults that a store, and this machine, allow, and that are done if none are named.</summary>
    public static IReadOnlyList<FaultKind> Possible(Store store) => store == Store.Sqlite
        ? [FaultKind.Kill, FaultKind.Stop, FaultKind.Clock]
        : [.. Enum.GetValues<FaultKind>().Where(k => !k.NeedsMachines() || Network.Missing is null)];

    /// <summary>Whether only the checker's own cluster can suffer it: its silos have a handler for it.</summary>
    public static bool NeedsOwnCluster(this FaultKind kind) => kind == FaultKind.Deadly;
}
