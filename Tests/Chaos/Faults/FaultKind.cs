using OrleansTasks.Chaos.Machines;

namespace OrleansTasks.Chaos.Faults;

/// <summary>Specifies a kind of fault.</summary>
internal enum FaultKind
{
    /// <summary>Kills a silo (kill -9), and starts it again.</summary>
    Kill,

    /// <summary>
    /// Freezes a silo (SIGSTOP) until long after it is declared dead, and resumes it. When it has ended itself, it is started again.
    /// </summary>
    Freeze,

    /// <summary>Asks a silo to stop (SIGTERM), and starts it again.</summary>
    Stop,

    /// <summary>Disturbs the writes of one silo or of all: they are slow, refused, or stored without an answer.</summary>
    Storage,

    /// <summary>Separates silos on their own machines from some of the others, while all of them reach the store.</summary>
    Partition,

    /// <summary>
    /// Makes a machine vanish: it is unreachable, none of its connections is closed, and its process no longer runs. Later the machine is
    /// back, and its process is started again.
    /// </summary>
    Vanish,

    /// <summary>Kills the store's server, and starts it again.</summary>
    Restart,

    /// <summary>Kills all silos at once, and starts them again.</summary>
    Blackout,

    /// <summary>
    /// Executes a run that ends the process of its silo, and then that of the next silo that takes it. The silos are started again.
    /// </summary>
    Deadly,

    /// <summary>Steps the wall clock of one silo or of all forward or back, and corrects it later. Timers are not affected.</summary>
    Clock,

    /// <summary>
    /// Kills the store's server, and promotes a replica that was cut off about a second before, so that the writes since then are lost. One
    /// time in three, a silo is killed too, whose memory can then not restore them.
    /// </summary>
    Rollback,
}

/// <summary>Describes what the kinds of faults need.</summary>
internal static class FaultKinds
{
    /// <summary>
    /// The faults that apply to a single silo with a file: it has no database server, and no other silo can declare it dead.
    /// </summary>
    public static readonly IReadOnlyList<FaultKind> OfASingleSilo = [FaultKind.Kill, FaultKind.Stop, FaultKind.Blackout, FaultKind.Clock];

    /// <summary>Returns whether a fault affects the network between machines.</summary>
    public static bool NeedsMachines(this FaultKind kind) => kind is FaultKind.Partition or FaultKind.Vanish;

    /// <summary>Returns the faults that are possible with a store on this machine. They are the default.</summary>
    public static IReadOnlyList<FaultKind> Possible(Store store) => store == Store.Sqlite
        ? [FaultKind.Kill, FaultKind.Stop, FaultKind.Clock]
        : [.. Enum.GetValues<FaultKind>().Where(k => !k.NeedsMachines() || Network.Missing is null)];

    /// <summary>Returns whether a fault is possible only in the checker's own cluster, whose silos have a handler for it.</summary>
    public static bool NeedsOwnCluster(this FaultKind kind) => kind == FaultKind.Deadly;
}
