namespace OrleansTasks.Chaos.Faults;

/// <summary>Represents a planned fault.</summary>
/// <param name="Kind">The kind of fault.</param>
/// <param name="At">When it begins, from the start of the load.</param>
/// <param name="Hold">How long it lasts until it is healed.</param>
/// <param name="Victim">The processes that it affects.</param>
/// <param name="Trouble">What happens to connections to the store.</param>
/// <param name="Step">How far a clock steps forward; negative: back.</param>
/// <param name="Window">How far the store goes back.</param>
internal sealed record Fault(FaultKind Kind, TimeSpan At, TimeSpan Hold, Victim Victim, StorageTrouble Trouble = StorageTrouble.None,
    TimeSpan Step = default, TimeSpan Window = default)
{
    public string Describe() =>
        Kind.ToString().ToLowerInvariant()
            + (Trouble == StorageTrouble.None ? "" : $" ({Trouble.ToString().ToLowerInvariant()})")
            + (Step == default ? "" : $" {(Step > TimeSpan.Zero ? "+" : "-")}{Step.Duration()}")
            + (Window == default ? "" : $" by {Window.TotalSeconds:0.0} s")
            + $"{(Kind == FaultKind.Rollback && Victim is Victim.Silo ? " of the store and loss of" : "")} {Victim}";
}
