namespace OrleansTasks.Chaos.Faults;

/// <summary>Injects the planned faults, and records when.</summary>
internal sealed class FaultInjector(IFaultMaker faults, bool alone, TimeProvider time)
{
    public async Task<IReadOnlyList<Outage>> RunAsync(IReadOnlyList<Fault> plan, DateTimeOffset start)
    {
        var outages = new List<Outage>();
        foreach (var fault in plan)
        {
            var wait = start + fault.At - time.GetUtcNow();
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time);
            }

            await faults.PrepareAsync(fault);
            var from = time.GetUtcNow();
            Console.WriteLine($"{from - start:mm\\:ss} {fault.Describe()}");
            await faults.BeginAsync(fault);
            var struck = time.GetUtcNow();
            await Task.Delay(fault.Hold, time);
            await faults.HealAsync(fault);
            var healed = time.GetUtcNow();
            outages.Add(new Outage(fault, from, healed, alone) { Struck = struck });
            Console.WriteLine($"{healed - start:mm\\:ss}   healed");
        }

        return outages;
    }
}
