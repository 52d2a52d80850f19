namespace OrleansTasks.Chaos.Faults;

/// <summary>One fault.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="At">When, counted from the start of the load.</param>
/// <param name="Hold">How long until it is healed.</param>
/// <param name="Victim">To whom.</param>
/// <param name="Trouble">What the store's connections suffer.</param>
/// <param name="Step">By how much a clock is put forward; back if it is negative.</param>
/// <param name="Window">By how much the store goes back.</param>
internal sealed record Fault(FaultKind Kind, TimeSpan At, TimeSpan Hold, Victim Victim, StorageTrouble Trouble = StorageTrouble.None, TimeSpan Step = default, TimeSpan Window = default)
{
    public string Describe() => $"{Kind.ToString().ToLowerInvariant()}{(Trouble == StorageTrouble.None ? "" : $" ({Trouble.ToString().ToLowerInvariant()})")}{(Step == default ? "" : $" {(Step > TimeSpan.Zero ? "+" : "-")}{Step.Duration()}")}{(Window == default ? "" : $" by {Window.TotalSeconds:0.0} s")}{(Kind == FaultKind.Rollback && Victim is Victim.Silo ? " of the store and loss of" : "")} {Victim}";
}
