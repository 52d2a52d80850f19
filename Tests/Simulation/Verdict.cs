namespace OrleansTasks.Simulation;

/// <summary>Stores the outcome of a seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Steps">How many turns and events the history had.</param>
/// <param name="Faults">How many faults of each kind were injected.</param>
/// <param name="Violations">The promises that were broken.</param>
/// <param name="Trace">The trace, if it was requested.</param>
internal sealed record Verdict(ulong Seed, long Steps, IReadOnlyDictionary<string, int> Faults, IReadOnlyList<string> Violations,
    string Trace)
{
    /// <summary>Gets the first violation and the number of others.</summary>
    public string Summary => Violations.Count > 1 ? $"{Violations[0]} (and {Violations.Count - 1} more)" : Violations[0];

    /// <summary>Runs the history of a seed.</summary>
    /// <remarks>
    /// A history ends when nothing seems to be left to do. Then a violation may only be a delay. Therefore the history runs again with the
    /// full time.
    /// </remarks>
    public static Verdict Of(ulong seed, RecordCopier copier, HistorySettings settings)
    {
        var history = new History(seed, copier, settings);
        var violations = history.Run();
        if (violations.Count > 0 && !history.HasRestedLong)
        {
            history = new History(seed, copier, settings with { RestsLong = true });
            violations = history.Run();
        }

        return new Verdict(seed, history.Steps, history.FaultsMade, violations, history.Trace);
    }

    /// <summary>Compares the verdict with another one on the same seed.</summary>
    public Verdict With(Verdict again) => again.Steps == Steps && again.Violations.SequenceEqual(Violations)
        ? this
        : this with
        {
            Violations = [.. Violations,
                $"The seed has two histories: of {Steps} steps with {Violations.Count} violations, and of {again.Steps} steps with "
                    + $"{again.Violations.Count}."]
        };
}
