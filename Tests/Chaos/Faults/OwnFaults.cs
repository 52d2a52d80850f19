using OrleansTasks.Chaos.Machines;

namespace OrleansTasks.Chaos.Faults;

/// <summary>Injects faults into the checker's own cluster.</summary>
internal sealed class OwnFaults(OwnCluster cluster, TimeProvider time) : IFaultMaker
{
    /// <summary>Gets or sets the function that starts a run that ends silos.</summary>
    public Func<Task> Deadly { get; set; } = static () => Task.CompletedTask;

    public async Task PrepareAsync(Fault fault)
    {
        if (fault.Kind == FaultKind.Rollback)
        {
            await cluster.Server!.AddReplicaAsync();
        }
    }

    public async Task BeginAsync(Fault fault)
    {
        var struck = cluster.ProcessesOf(fault.Victim);
        switch (fault.Kind)
        {
            case FaultKind.Kill or FaultKind.Blackout:
                await EachAsync(struck, p => p.KillAsync());
                break;
            case FaultKind.Freeze:
                await EachAsync(struck, p => p.SignalAsync("STOP"));
                break;
            case FaultKind.Stop:
                await EachAsync(struck, p => p.SignalAsync("TERM"));
                break;
            case FaultKind.Storage:
                SetTrouble(struck, fault.Trouble);
                break;
            case FaultKind.Partition:
                await EachAsync(struck, p => cluster.Network!.SeparateAsync(p.Machine, separate: true));
                break;
            case FaultKind.Vanish:
                // Cut the network first: the system closes the connections of a process that ends, and nobody may notice that.
                await EachAsync(struck, p => cluster.Network!.CutAsync(p.Machine, cut: true));
                await EachAsync(struck, p => p.KillAsync());
                break;
            case FaultKind.Deadly:
                await Deadly();
                break;
            case FaultKind.Clock:
                SetClock(struck, fault.Step);
                break;
            case FaultKind.Restart:
                await cluster.Server!.KillAsync();
                break;
            case FaultKind.Rollback:
                await cluster.Server!.CutReplicaAsync();
                await Task.Delay(fault.Window, time);
                await EachAsync(struck, p => p.KillAsync());
                await cluster.Server!.KillAsync();
                break;
        }
    }

    public async Task HealAsync(Fault fault)
    {
        var struck = cluster.ProcessesOf(fault.Victim);
        switch (fault.Kind)
        {
            case FaultKind.Kill or FaultKind.Blackout:
                await EachAsync(struck, p => p.StartAsync());
                break;
            case FaultKind.Freeze:
                await EachAsync(struck, p => p.SignalAsync("CONT"));
                await EachAsync(struck, p => p.RestartWhenEndedAsync());
                break;
            case FaultKind.Stop:
                await EachAsync(struck, p => p.RestartWhenEndedAsync());
                break;
            case FaultKind.Storage:
                SetTrouble(struck, StorageTrouble.None);
                break;
            case FaultKind.Partition:
                await EachAsync(struck, p => cluster.Network!.SeparateAsync(p.Machine, separate: false));
                break;
            case FaultKind.Vanish:
                await EachAsync(struck, p => cluster.Network!.CutAsync(p.Machine, cut: false));
                await EachAsync(struck, p => p.StartAsync());
                break;
            case FaultKind.Clock:
                SetClock(struck, TimeSpan.Zero);
                break;
            case FaultKind.Restart:
                await cluster.Server!.StartAsync();
                break;
            case FaultKind.Rollback:
                await cluster.Server!.PromoteAsync();
                await EachAsync(struck, p => p.StartAsync());
                break;
        }

        // A silo that was declared dead ends itself, and its supervisor starts it again.
        await EachAsync(cluster.Silos, s => s.RestartIfEndedAsync());
    }

    private static void SetClock(IReadOnlyList<ClusterProcess> struck, TimeSpan step)
    {
        foreach (var process in struck)
        {
            SteppedClock.Set(process.ClockPath, step);
        }
    }

    private static void SetTrouble(IReadOnlyList<ClusterProcess> struck, StorageTrouble trouble)
    {
        foreach (var process in struck)
        {
            process.Proxy!.Trouble = trouble;
        }
    }

    private static Task EachAsync(IReadOnlyList<ClusterProcess> processes, Func<ClusterProcess, Task> action) =>
        Task.WhenAll(processes.Select(action));
}
