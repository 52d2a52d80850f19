namespace OrleansTasks.Simulation;

/// <summary>Injects faults into the cluster while it works.</summary>
/// <param name="world">The world.</param>
/// <param name="cluster">The cluster.</param>
/// <param name="withUndead">Whether silos that are alive may be declared dead.</param>
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

    /// <summary>Injects faults from one instant to another.</summary>
    public void Begin(TimeSpan from, TimeSpan until, bool withSteps)
    {
        cluster.Network.Delays = world.Happens(0.5) ? 0.02 : 0;
        cluster.Network.Loses = world.Happens(0.3) ? 0.005 : 0;
        cluster.Network.Doubles = world.Happens(0.5) ? 0.05 : 0;
        world.After(from, () => Next(until, withSteps));
    }

    /// <summary>Ends all faults and repairs what they left behind.</summary>
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

    /// <summary>Declares a silo dead, unless the faults are over and the silo has resumed.</summary>
    private void DeclareUnlessOver(SimSilo silo)
    {
        if (!_isOver || silo.IsLost)
        {
            cluster.Declare(silo);
        }
    }

    /// <summary>
    /// Injects a fault into a silo. Before it, some of the silo's writes may become late, so that they reach storage long after the fault.
    /// </summary>
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
        var (refuses, silent) = (world.Happens(0.7) ? world.Chance.NextDouble() : 0,
            world.Happens(0.5) ? world.Chance.NextDouble() * 0.5 : 0);
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

    /// <summary>Replaces silos one after the other, as a rolling deployment does.</summary>
    /// <param name="old">The silos.</param>
    /// <param name="kills">The probability that a silo is killed instead of stopped gracefully.</param>
    /// <param name="startsFirst">Whether the successor starts before its silo stops, instead of afterwards.</param>
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
            // Another fault may have hit the silo in the meantime.
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
