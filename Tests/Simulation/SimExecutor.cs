using System.Diagnostics.CodeAnalysis;
using OrleansTasks.Records;
using OrleansTasks.Running;
using OrleansTasks.Runs;

namespace OrleansTasks.Simulation;

/// <summary>Runs handlers on a silo. Each attempt takes a random time, and some fail.</summary>
internal sealed class SimExecutor(World world, SimSilo silo, Truth truth, OrderChecks checks) : IRunExecutor
{
    private const int Places = 6;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(7);
    private static readonly TimeSpan JustNow = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestQuick = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookPeriod = TimeSpan.FromMilliseconds(200);
    private readonly Dictionary<Guid, Run> _runs = [];
    private readonly SimSaves _saves = new(world, silo);

    public int Active => _runs.Count;

    public int Queued => 0;

    public bool HasRoom => !IsDraining && _runs.Count < Places;

    public bool IsDraining { get; private set; }

    public bool HasCutOff { get; private set; }

    public bool StoodStillLately => checks.StoodStillLately;

    private TimeSpan Now => world.Now;

    public bool Takes(string handler) => handler is SimCluster.Handler or SimCluster.Quick;

    public bool TryStart(RunOrder order, bool mayQueue, IRunObserver observer, [NotNullWhen(true)] out ILocalRun? started)
    {
        started = null;
        if (IsDraining || (!HasRoom && !mayQueue) || _runs.ContainsKey(order.RunId.Value))
        {
            return false;
        }

        var run = new Run(this, order, observer);
        _runs[order.RunId.Value] = run;
        started = run;
        if (checks.IsDoubtful(order, checks.Take()))
        {
            silo.Threads.Begin(() => BeginIfItHoldsAsync(run)).Ignore();
        }
        else
        {
            Begin(run);
        }

        return true;
    }

    /// <summary>Asks whether an order is still valid, because the silo stood still, and starts the run if so.</summary>
    private async Task BeginIfItHoldsAsync(Run run)
    {
        world.Tell($"{silo} asks whether {run.Order.RunId} attempt {run.Order.Attempt} is to begin");
        var holds = await checks.ConfirmAsync(run.Order, () => run.HasEnded);
        if (run.HasEnded)
        {
            return;
        }

        if (holds)
        {
            Begin(run);
        }
        else
        {
            world.Tell($"{silo} leaves {run.Order.RunId} attempt {run.Order.Attempt}");
            run.HasEnded = true;
            _runs.Remove(run.Order.RunId.Value);
        }
    }

    private void Begin(Run run)
    {
        var order = run.Order;
        run.StartedAt = silo.Time.GetUtcNow();
        world.Tell($"{silo} begins {order.RunId} attempt {order.Attempt} of {order.ScheduledAt:mm:ss.fff}");
        run.Attempt = new Truth.Attempt(order, silo, World.Begin + world.Now)
        {
            IsOfTheDead = silo.IsOfTheDead(order),
            IsAfterStandstill = world.Now - silo.WentOnAt < JustNow
        };
        truth.Begin(run.Attempt);
        if (truth.HasCheckpoints)
        {
            _saves.Begin(run.Attempt, order, () => run.HasEnded, run.NoteSaved);
        }

        run.Ending = world.After(world.Some(TimeSpan.FromMilliseconds(1), order.Handler == SimCluster.Quick ? LongestQuick : Longest),
            () => End(run, world.Happens(0.1) ? RunStatus.Failed : RunStatus.Succeeded), silo);
    }

    public bool Holds(Guid run, Guid offer) => _runs.TryGetValue(run, out var held) && held.Order.Offer == offer;

    public IEnumerable<HeldRun> Holding(string task) => _runs.Values.Where(r => r.Order.RunId.Task == task).Select(static r => r.ToHeld());

    public IEnumerable<PlacedRun> PlacedInGroup(string group) =>
        _runs.Values.Where(r => r.Order.Group == group).Select(static r => new PlacedRun(r.Order.RunId, r.Order.Place));

    public bool Cancel(Guid run, RunStatus cause)
    {
        if (!_runs.TryGetValue(run, out var held))
        {
            return false;
        }

        held.Cancel(cause);
        return true;
    }

    /// <summary>Accepts no more runs, lets current ones end for a while, and then cuts them off.</summary>
    public async Task DrainAsync(TimeSpan patience)
    {
        IsDraining = true;
        for (var waited = TimeSpan.Zero; _runs.Count > 0; waited += LookPeriod)
        {
            if (waited >= patience)
            {
                HasCutOff = true;
                foreach (var run in _runs.Values)
                {
                    run.CutOff();
                }
            }

            await Task.Delay(LookPeriod, silo.Pauses);
        }
    }

    /// <summary>Records that the process is lost with all its runs.</summary>
    public void Lose()
    {
        truth.LastLoss = World.Begin + world.Now;
        foreach (var attempt in _runs.Values.Select(static r => r.Attempt).OfType<Truth.Attempt>())
        {
            truth.Lose(attempt);
        }
    }

    private void End(Run run, RunStatus status)
    {
        if (run.HasEnded)
        {
            return;
        }

        run.HasEnded = true;
        if (run.Attempt is { } attempt)
        {
            truth.End(attempt, status, World.Begin + world.Now, run.IsCutOff);
        }

        world.Tell($"{silo} ends {run.Order.RunId} attempt {run.Order.Attempt}: {status}");
        var outcome = new RunOutcome
        {
            Status = status,
            Error = status == RunStatus.Failed ? "Chance." : null,
            StartedAt = run.StartedAt,
            FinishedAt = silo.Time.GetUtcNow(),
            Silo = silo.Address.ToString(),
            CutOff = run.IsCutOff,
        };
        silo.Threads.Begin(() =>
        {
            run.Observer.OnEnd(run, outcome);
            _runs.Remove(run.Order.RunId.Value);
            return Task.CompletedTask;
        });
    }

    private sealed class Run(SimExecutor executor, RunOrder order, IRunObserver observer) : ILocalRun
    {
        private bool _isCancelled;

        public RunOrder Order => order;

        public IRunObserver Observer => observer;

        public DateTimeOffset? StartedAt { get; set; }

        public bool HasEnded { get; set; }

        /// <summary>Gets or sets the attempt; null before it begins.</summary>
        public Truth.Attempt? Attempt { get; set; }

        public Happening? Ending { get; set; }

        /// <summary>Gets whether the run ends because its silo stops.</summary>
        public bool IsCutOff { get; private set; }

        /// <summary>Has what was saved go with the run when another activation adopts it.</summary>
        public void NoteSaved(RunCheckpoint checkpoint) => order = order with { Checkpoint = checkpoint };

        /// <summary>Ends the run because its silo stops.</summary>
        public void CutOff()
        {
            if (!_isCancelled)
            {
                IsCutOff = true;
                if (Attempt is { } attempt)
                {
                    attempt.CutOffAt = World.Begin + executor.Now;
                }

                Cancel(RunStatus.Cancelled);
            }
        }

        public void Cancel(RunStatus? cause)
        {
            if (!_isCancelled && cause is { } status)
            {
                _isCancelled = true;
                Ending?.CallOff();
                executor.EndSoon(this, status);
            }
        }

        public HeldRun ToHeld() => new(order, StartedAt, _isCancelled && !IsCutOff);
    }

    private void EndSoon(Run run, RunStatus status) =>
        world.After(world.Some(TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(200)), () => End(run, status), silo);
}
