namespace OrleansTasks.Chaos.Faults;

/// <summary>Injects faults, and heals them.</summary>
internal interface IFaultMaker
{
    /// <summary>Prepares a fault, without any effect on the cluster.</summary>
    Task PrepareAsync(Fault fault);

    /// <summary>Begins a fault, and returns when it has taken effect.</summary>
    Task BeginAsync(Fault fault);

    /// <summary>Heals a fault, and returns when killed processes answer again and separated ones are connected.</summary>
    Task HealAsync(Fault fault);
}
