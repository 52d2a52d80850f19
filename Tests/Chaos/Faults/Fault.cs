namespace OrleansTasks.Chaos.Faults;

/// <summary>One fault.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="At">When, counted from the start of the load.</param>
/// <param name="Hold">How long until it is healed.</param>
/// <param name="Silo">To which silo; null: to all.</param>
/// <param name="Trouble">What the store's connections suffer.</param>
internal sealed record Fault(FaultKind Kind, TimeSpan At, TimeSpan Hold, int? Silo, StorageTrouble Trouble = StorageTrouble.None)
{
    public string Describe() => $"{Kind.ToString().ToLowerInvariant()}{(Trouble == StorageTrouble.None ? "" : $" ({Trouble.ToString().ToLowerInvariant()})")} {(Silo is { } silo ? $"silo {silo}" : "all")}";
}
