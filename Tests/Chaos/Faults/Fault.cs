namespace OrleansTasks.Chaos.Faults;

/// <summary>One fault.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="At">When, counted from the start of the load.</param>
/// <param name="Hold">How long until it is healed.</param>
/// <param name="Victim">To whom.</param>
/// <param name="Trouble">What the store's connections suffer.</param>
/// <param name="Step">By how much a clock is put forward; back if it is negative.</param>
internal sealed record Fault(FaultKind Kind, TimeSpan At, TimeSpan Hold, Victim Victim, StorageTrouble Trouble = StorageTrouble.None, TimeSpan Step = default)
{
    public string Describe() => $"{Kind.ToString().ToLowerInvariant()}{(Trouble == StorageTrouble.None ? "" : $" ({Trouble.ToString().ToLowerInvariant()})")}{(Step == default ? "" : $" {(Step > TimeSpan.Zero ? "+" : "-")}{Step.Duration()}")} {Victim}";
}
