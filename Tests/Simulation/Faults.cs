namespace OrleansTasks.Simulation;

/// <summary>What happens to the cluster while it works.</summary>
/// <param name="world">The world.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="withUndead">Whether silos are taken for dead that live.</param>
internal sealed class Faults(World world, SimCluster cluster, bool withUndead)
{
    private readonly SortedDictionary<string, int> _made = new(StringComparer.Ordinal);
    private bool _isOver;

    public IReadOnlyDictionary<string, int> Made => _made;

    /// <summary>Has faults happen from an instant up to another.</summary>
    public void Begin(TimeSpan from, TimeSpan until, bool withSteps)
    {
        cluster.Network.Delays = world.Happens(0.5) ? 0.02 : 0;
        cluster.Network.Loses = world.Happens(0.3) ? 0.005 : 0;
        world.After(from, () => Next(until, withSteps));
    }

    /// <summary>All is well from now on.</summary>
    public void End()
    {
        _isOver = true;
        (cluster.Network.Delays, cluster.Network.Loses) = (0, 0);
        foreach (var silo in cluster.Running)
        {
            (silo.StorageRefuses, silo.StorageDoesNotAnswer, silo.StorageDelay) = (0, 0, TimeSpan.Zero);
            if (silo.IsStill)
            {
                silo.Thaw();
            }

            if (silo.Time.Ahead != TimeSpan.Zero)
            {
                silo.Step(-silo.Time.Ahead);
            }
        }

        while (cluster.Running.Count(static s => s is { IsStopping: false, IsTakenForDead: false }) < 2)
        {
            cluster.Start();
        }
    }

    private void Next(TimeSpan until, bool withSteps)
    {
        if (world.Now >= until || _isOver)
        {
            return;
        }

        Make(withSteps);
        world.After(world.Some(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(5)), () => Next(until, withSteps));
    }

    private void Make(bool withSteps)
    {
        var silos = cluster.Running.Where(static s => s is { IsStill: false, IsStopping: false }).ToList();
        if (silos.Count == 0)
        {
            return;
        }

        var silo = silos[world.Chance.Next(silos.Count)];
        switch (world.Chance.Next(withSteps ? 8 : 7))
        {
            case 0:
                Note("kill");
                silo.Kill();
                world.After(world.Some(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10)), () => cluster.Declare(silo));
                Replace();
                break;
            case 1:
                Note("freeze");
                silo.Freeze();
                world.After(world.Some(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(25)), silo.Thaw);
                if (withUndead && world.Happens(0.5))
                {
                    world.After(world.Some(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)), () => cluster.Declare(silo));
                    Replace();
                }

                break;
            case 2 when withUndead:
                Note("declare");
                cluster.Declare(silo);
                Replace();
                break;
            case 3:
                Note("stop");
                Replace();
                silo.Stop();
                break;
            case 4:
                Note("storage");
                var (refuses, silent) = (world.Happens(0.7) ? world.Chance.NextDouble() : 0, world.Happens(0.5) ? world.Chance.NextDouble() * 0.5 : 0);
                var hit = world.Happens(0.5) ? silos : [silo];
                foreach (var one in hit)
                {
                    (one.StorageRefuses, one.StorageDoesNotAnswer, one.StorageDelay) = (refuses, silent, world.Some(TimeSpan.Zero, TimeSpan.FromSeconds(2)));
                }

                world.Tell($"storage fails for {string.Join(", ", hit)}");
                world.After(world.Some(TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(12)), () =>
                {
                    foreach (var one in hit)
                    {
                        (one.StorageRefuses, one.StorageDoesNotAnswer, one.StorageDelay) = (0, 0, TimeSpan.Zero);
                    }
                });
                break;
            case 2 or 5 or 6:
                Note("deactivate");
                for (var n = world.Chance.Next(1, 4); n > 0; n--)
                {
                    cluster.DeactivateAny();
                }

                break;
            default:
                Note("clock");
                silo.Step(TimeSpan.FromSeconds((world.Chance.NextDouble() - 0.5) * 120));
                break;
        }
    }

    private void Replace() => world.After(world.Some(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(8)), () =>
    {
        if (!_isOver)
        {
            cluster.Start();
        }
    });

    private void Note(string fault) => _made[fault] = _made.GetValueOrDefault(fault) + 1;
}
