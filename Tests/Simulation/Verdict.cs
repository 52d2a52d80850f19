namespace OrleansTasks.Simulation;

/// <summary>What came of a seed.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Steps">How many turns were run and how many things happened.</param>
/// <param name="Faults">How many faults there were of each kind.</param>
/// <param name="Violations">What was promised and is not so.</param>
/// <param name="Trace">What happened, if it was to be told.</param>
internal sealed record Verdict(ulong Seed, long Steps, IReadOnlyDictionary<string, int> Faults, IReadOnlyList<string> Violations, string Trace)
{
    /// <summary>What is wrong first, and how much besides.</summary>
    public string Summary => Violations.Count > 1 ? $"{Violations[0]} (and {Violations.Count - 1} more)" : Violations[0];

    /// <summary>Lets the history of a seed happen.</summary>
    /// <remarks>A history is over when nothing seems to be left to do. What is wrong then may only be late, so it is tried again with all the time that it may take.</remarks>
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

    /// <summary>What came of the same seed once more.</summary>
    public Verdict With(Verdict again) => again.Steps == Steps && again.Violations.SequenceEqual(Violations)
        ? this
        : this with { Violations = [.. Violations, $"The seed has two histories: of {Steps} steps with {Violations.Count} violations, and of {again.Steps} steps with {again.Violations.Count}."] };
}
