using OrleansTasks.Chaos.Machines;

namespace OrleansTasks.Chaos.Faults;

/// <summary>Does to the cluster what the plan says.</summary>
internal sealed class FaultInjector(TestedCluster cluster, TimeProvider time)
{
    public List<Outage> Outages { get; } = [];

    public async Task RunAsync(IReadOnlyList<Fault> plan, DateTimeOffset start, CancellationToken ct)
    {
        foreach (var fault in plan)
        {
            var wait = start + fault.At - time.GetUtcNow();
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, ct);
            }

            var from = time.GetUtcNow();
            Console.WriteLine($"{from - start:mm\\:ss} {fault.Describe()}");
            await BeginAsync(fault);
            await Task.Delay(fault.Hold, time, ct);
            await HealAsync(fault);
            var healed = time.GetUtcNow();
            Outages.Add(new Outage(fault, from, healed, cluster.Silos.Count == 1));
            Console.WriteLine($"{healed - start:mm\\:ss}   healed");
        }
    }

    private IEnumerable<SiloProcess> Silos(Fault fault) => fault.Silo is { } silo ? [cluster.Silos[silo]] : cluster.Silos;

    private async Task BeginAsync(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Kill or FaultKind.Blackout:
                await Task.WhenAll(Silos(fault).Select(s => s.KillAsync()));
                break;
            case FaultKind.Freeze:
                await cluster.Silos[fault.Silo!.Value].SignalAsync("STOP");
                break;
            case FaultKind.Stop:
                await cluster.Silos[fault.Silo!.Value].SignalAsync("TERM");
                break;
            case FaultKind.Storage:
                foreach (var silo in Silos(fault))
                {
                    silo.Proxy!.Trouble = fault.Trouble;
                }

                break;
            case FaultKind.Partition:
                await cluster.Network!.SeparateAsync(fault.Silo!.Value, separate: true);
                break;
            case FaultKind.Restart:
                await cluster.Server!.KillAsync();
                break;
        }
    }

    private async Task HealAsync(Fault fault)
    {
        switch (fault.Kind)
        {
            case FaultKind.Kill or FaultKind.Blackout:
                await Task.WhenAll(Silos(fault).Select(s => s.StartAsync()));
                break;
            case FaultKind.Freeze:
                await cluster.Silos[fault.Silo!.Value].SignalAsync("CONT");
                await cluster.Silos[fault.Silo!.Value].RestartWhenEndedAsync();
                break;
            case FaultKind.Stop:
                await cluster.Silos[fault.Silo!.Value].RestartWhenEndedAsync();
                break;
            case FaultKind.Storage:
                foreach (var silo in Silos(fault))
                {
                    silo.Proxy!.Trouble = StorageTrouble.None;
                }

                break;
            case FaultKind.Partition:
                await cluster.Network!.SeparateAsync(fault.Silo!.Value, separate: false);
                break;
            case FaultKind.Restart:
                await cluster.Server!.StartAsync();
                break;
        }

        // Who was declared dead ends itself, and whoever watches over it starts it again.
        await Task.WhenAll(cluster.Silos.Select(s => s.RestartIfEndedAsync()));
    }
}
