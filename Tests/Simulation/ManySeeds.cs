using System.Diagnostics;

namespace OrleansTasks.Simulation;

/// <summary>Runs many seeds, as many at a time as there are processors. Each history uses one thread.</summary>
/// <param name="settings">The settings of the histories.</param>
/// <param name="times">How often each seed runs. A seed must always give the same history, or its failures could not be reproduced.</param>
internal sealed class ManySeeds(HistorySettings settings, int times = 1)
{
    private readonly SortedDictionary<string, int> _faults = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();

    public ulong Seeds { get; private set; }

    public long Steps { get; private set; }

    public int Failed { get; private set; }

    public TimeSpan Elapsed { get; private set; }

    public IReadOnlyDictionary<string, int> Faults => _faults;

    /// <summary>Runs the seeds, and passes on each one that fails, in the order in which they end.</summary>
    /// <param name="seeds">The seeds.</param>
    /// <param name="failed">Receives the verdict on a failed seed, and returns whether to continue.</param>
    public void Run(IEnumerable<ulong> seeds, Func<Verdict, bool> failed)
    {
        var clock = Stopwatch.StartNew();
        using var next = seeds.GetEnumerator();
        var isOver = false;
        var workers = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(() =>
        {
            var copier = new RecordCopier();
            while (true)
            {
                ulong seed;
                lock (_gate)
                {
                    if (isOver || !next.MoveNext())
                    {
                        return;
                    }

                    seed = next.Current;
                }

                var verdict = Verdict.Of(seed, copier, settings);
                for (var n = 1; n < times; n++)
                {
                    verdict = verdict.With(Verdict.Of(seed, copier, settings));
                }

                lock (_gate)
                {
                    Take(verdict);
                    isOver |= verdict.Violations.Count > 0 && !failed(verdict);
                }
            }
        })).ToList();
        workers.ForEach(static w => w.Start());
        workers.ForEach(static w => w.Join());
        Elapsed = clock.Elapsed;
    }

    private void Take(Verdict verdict)
    {
        Seeds++;
        Steps += verdict.Steps;
        Failed += verdict.Violations.Count > 0 ? 1 : 0;
        foreach (var (fault, count) in verdict.Faults)
        {
            _faults[fault] = _faults.GetValueOrDefault(fault) + count;
        }
    }
}
