namespace OrleansTasks.Simulation;

/// <summary>What happens to the cluster while it works.</summary>
/// <param name="world">The world.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="withUndead">Whether silos are taken for dead that live.</param>
internal sealed class Faults(World world, SimCluster cluster, bool withUndead)
{
    private readonly SortedDictionary<string, int> _made = new(StringComparer.Ordinal);
    private bool _isOver;

    public IReadOnlyDictionary<string, int> Made
    {
        get
        {
            _made["double"] = cluster.Network.Doubled;
            return _made;
        }
    }

    /// <summary>Has faults happen from an instant up to another.</summary>
    public void Begin(TimeSpan from, TimeSpan until, bool withSteps)
    {
        cluster.Network.Delays = world.Happens(0.5) ? 0.02 : 0;
        cluster.Network.Loses = world.Happens(0.3) ? 0.005 : 0;
        cluster.Network.Doubles = world.Happens(0.5) ? 0.05 : 0;
        world.After(from, () => Next(until, withSteps));
    }

    /// <summary>All is well from now on.</summary>
    public void End()
    {
        _isOver = true;
        (cluster.Network.Delays, cluster.Network.Loses, cluster.Network.Doubles) = (0, 0, 0);
        foreach (var silo in cluster.Running)
        {
            (silo.StorageRefuses, silo.StorageDoesNotAnswer, silo.StorageLandsLate, silo.StorageDelay) = (0, 0, 0, TimeSpan.Zero);
            if (silo.IsStill)
            {
                silo.Thaw();
            }

            if (silo.Time.Ahead != TimeSpan.Zero)
            {
                silo.Step(-silo.Time.Ahead);
            }
        }

        while (cluster.Running.Count(IsUp) < 2)
        {
            cluster.Start();
        }
    }

    private static bool IsUp(SimSilo silo) => silo is { IsLost: false, IsStopping: false, IsTakenForDead: false };

    private TimeSpan Between(double least, double most) => world.Some(TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(most));

    private void Next(TimeSpan until, bool withSteps)
    {
        if (world.Now >= until || _isOver)
        {
            return;
        }

        var silos = cluster.Running.Where(static s => s is { IsStill: false, IsStopping: false }).ToList();
        if (silos.Count > 0)
        {
            Make(silos, silos[world.Chance.Next(silos.Count)], withSteps);
        }

        world.After(Between(0.1, 4), () => Next(until, withSteps));
    }

    private void Make(List<SimSilo> silos, SimSilo silo, bool withSteps)
    {
        switch (world.Chance.Next(withSteps ? 16 : 14))
        {
            case 0 or 1:
                Note("kill");
                LoseWrites(silo, 0.5, () => Kill(silo));
                Replace();
                break;
            case 2 or 3:
                Note("freeze");
                silo.Freeze();
                world.After(Between(0.5, 25), silo.Thaw);
                if (withUndead && world.Happens(0.5))
                {
                    world.After(Between(2, 10), () => DeclareUnlessOver(silo));
                    Replace();
                }

                break;
            case 4 or 5 when withUndead:
                Note("declare");
                LoseWrites(silo, 0.25, () => cluster.Declare(silo));
                Replace();
                break;
            case 6 or 7:
                Note("stop");
                Replace();
                silo.Stop();
                break;
            case 8 or 9:
                Note("storage");
                FailStorage(world.Happens(0.5) ? silos : [silo]);
                break;
            case 10:
                Note("deploy");
                Deploy(new Queue<SimSilo>(silos.Where(IsUp)), kills: world.Happens(0.5) ? 0.4 : 0, startsFirst: world.Happens(0.5));
                break;
            case < 14:
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

    /// <summary>One that goes on when all is well is not taken for dead after that.</summary>
    private void DeclareUnlessOver(SimSilo silo)
    {
        if (!_isOver || silo.IsLost)
        {
            cluster.Declare(silo);
        }
    }

    /// <summary>Has something befall a silo, some of whose last writes may land long after that.</summary>
    private void LoseWrites(SimSilo silo, double chance, Action befall)
    {
        if (!world.Happens(chance))
        {
            befall();
            return;
        }

        Note("late");
        world.Tell($"writes of {silo} are late");
        silo.StorageLandsLate = 0.5;
        world.After(Between(0.1, 1.5), () =>
        {
            if (!_isOver && !silo.IsLost)
            {
                befall();
            }
        });
    }

    private void Kill(SimSilo silo)
    {
        silo.Kill();
        world.After(Between(1, 10), () => cluster.Declare(silo));
    }

    private void FailStorage(IReadOnlyList<SimSilo> hit)
    {
        var (refuses, silent) = (world.Happens(0.7) ? world.Chance.NextDouble() : 0, world.Happens(0.5) ? world.Chance.NextDouble() * 0.5 : 0);
        foreach (var one in hit)
        {
            (one.StorageRefuses, one.StorageDoesNotAnswer, one.StorageDelay) = (refuses, silent, Between(0, 2));
        }

        world.Tell($"storage fails for {string.Join(", ", hit)}");
        world.After(Between(0.5, 12), () =>
        {
            foreach (var one in hit)
            {
                (one.StorageRefuses, one.StorageDoesNotAnswer, one.StorageDelay) = (0, 0, TimeSpan.Zero);
            }
        });
    }

    /// <summary>Replaces silos one after the other, as a rolling deploy does.</summary>
    /// <param name="old">The silos.</param>
    /// <param name="kills">How many of them are killed, in place of stopping in good order.</param>
    /// <param name="startsFirst">Whether each has its successor before it goes, or after that.</param>
    private void Deploy(Queue<SimSilo> old, double kills, bool startsFirst)
    {
        if (_isOver || !old.TryDequeue(out var silo))
        {
            return;
        }

        if (startsFirst)
        {
            cluster.Start();
        }

        world.After(Between(0.1, 2), () =>
        {
            // Something else may have befallen it.
            if (!_isOver && IsUp(silo))
            {
                if (world.Happens(kills))
                {
                    Kill(silo);
                }
                else
                {
                    silo.Stop();
                }
            }

            world.After(Between(0.1, 2), () =>
            {
                if (!startsFirst && !_isOver)
                {
                    cluster.Start();
                }

                Deploy(old, kills, startsFirst);
            });
        });
    }

    private void Replace() => world.After(Between(0.1, 8), () =>
    {
        if (!_isOver)
        {
            cluster.Start();
        }
    });

    private void Note(string fault) => _made[fault] = _made.GetValueOrDefault(fault) + 1;
}
