namespace OrleansTasks.Chaos.Faults;

/// <summary>Makes faults, and heals them.</summary>
internal interface IFaultMaker
{
    /// <summary>Does what must be there before a fault and is none yet.</summary>
    Task PrepareAsync(Fault fault);

    /// <summary>Returns when it is done.</summary>
    Task BeginAsync(Fault fault);

    /// <summary>Returns when what was killed answers again, and what was cut is connected.</summary>
    Task HealAsync(Fault fault);
}
