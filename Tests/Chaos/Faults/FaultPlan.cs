namespace OrleansTasks.Chaos.Faults;

/// <summary>Plans which fault occurs when. The plan depends only on the options and their seed.</summary>
internal static class FaultPlan
{
    private static readonly TimeSpan Calm = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan CalmAtEnd = TimeSpan.FromSeconds(15);

    /// <summary>How far the clock of an attached cluster steps forward.</summary>
    private static readonly TimeSpan AttachedStep = TimeSpan.FromMinutes(3);

    // What a Redis that saves once a second may lose, and how far a replica usually lags.
    private const int LeastBackMs = 300;
    private const int MostBackMs = 1_500;

    private static readonly StorageTrouble[] Troubles = [StorageTrouble.Unanswered, StorageTrouble.Refuse, StorageTrouble.Silent,
        StorageTrouble.Slow];

    private static readonly TimeSpan[] Steps = [TimeSpan.FromDays(1), TimeSpan.FromMinutes(3), TimeSpan.FromMinutes(-3),
        TimeSpan.FromSeconds(20), TimeSpan.FromSeconds(-20)];

    public static IReadOnlyList<Fault> Make(ChaosOptions options)
    {
        var random = new Random(options.Seed);
        var plan = new List<Fault>();
        var at = TimeSpan.FromSeconds(8);
        var bag = new Queue<FaultKind>();
        var troubles = new Queue<StorageTrouble>();
        var steps = new Queue<TimeSpan>();
        var unfit = new HashSet<FaultKind>();
        while (!options.Faults.All(unfit.Contains))
        {
            Refill(bag, options.Faults, random);
            var fault = Next(bag.Dequeue(), at);
            if (at + fault.Hold + CalmAtEnd > options.Duration)
            {
                // A shorter fault may still fit.
                unfit.Add(fault.Kind);
                continue;
            }

            plan.Add(fault);
            at += fault.Hold + Calm + TimeSpan.FromMilliseconds(random.Next(0, 4_000));
        }

        return plan;

        Fault Next(FaultKind kind, TimeSpan when)
        {
            Victim silo = new Victim.Silo(random.Next(options.Silos));
            return kind switch
            {
                FaultKind.Freeze => new Fault(kind, when, TimeSpan.FromSeconds(30), silo),
                FaultKind.Storage =>
                    new Fault(kind, when, TimeSpan.FromSeconds(6), random.Next(2) == 0 ? silo : new Victim.AllSilos(), NextTrouble()),
                FaultKind.Restart => new Fault(kind, when, TimeSpan.FromSeconds(2), new Victim.Database()),
                FaultKind.Blackout => new Fault(kind, when, TimeSpan.FromSeconds(3), new Victim.AllSilos()),
                FaultKind.Deadly => new Fault(kind, when, TimeSpan.FromSeconds(20), new Victim.AllSilos()),
                FaultKind.Clock =>
                    new Fault(kind, when, TimeSpan.FromSeconds(16), random.Next(2) == 0 ? silo : new Victim.AllSilos(), Step: NextStep()),
                FaultKind.Rollback => new Fault(
                    kind, when, TimeSpan.FromMilliseconds(random.Next(0, 3_000)),
                    options.Attachment is null && random.Next(3) == 0 ? silo : new Victim.Database(),
                    Window: TimeSpan.FromMilliseconds(random.Next(LeastBackMs, MostBackMs))),
                FaultKind.Partition => new Fault(kind, when, TimeSpan.FromSeconds(10), silo),
                FaultKind.Vanish => new Fault(kind, when, TimeSpan.FromSeconds(10),
                    options.HasMachines && random.Next(2) == 0 ? new Victim.WebServer() : silo),
                _ => new Fault(kind, when, TimeSpan.FromSeconds(3 + random.Next(4)), silo),
            };
        }

        TimeSpan NextStep()
        {
            // The program that injects faults into an attached cluster knows only one step.
            if (options.Attachment is not null)
            {
                return AttachedStep;
            }

            Refill(steps, Steps, random);
            return steps.Dequeue();
        }

        StorageTrouble NextTrouble()
        {
            // The user's program decides what happens to the storage of an attached cluster.
            if (options.Attachment is not null)
            {
                return StorageTrouble.None;
            }

            Refill(troubles, Troubles, random);
            return troubles.Dequeue();
        }
    }

    /// <summary>Refills the bag, so that each choice comes once, in random order, before any comes again.</summary>
    private static void Refill<T>(Queue<T> bag, IReadOnlyList<T> choices, Random random)
    {
        if (bag.Count == 0)
        {
            var order = choices.ToArray();
            random.Shuffle(order);
            foreach (var choice in order)
            {
                bag.Enqueue(choice);
            }
        }
    }
}
