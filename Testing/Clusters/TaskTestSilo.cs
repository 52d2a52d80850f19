using Orleans.TestingHost;

namespace OrleansTasks.Testing;

/// <summary>A silo of a <see cref="TaskTestCluster"/>.</summary>
public sealed class TaskTestSilo
{
    internal TaskTestSilo(InProcessSiloHandle handle) => Handle = handle;

    /// <summary>Gets its address, as <see cref="TaskResult.Silo"/> has it.</summary>
    public string Address => Handle.SiloAddress.ToString();

    /// <summary>Gets its services.</summary>
    public IServiceProvider Services => Handle.ServiceProvider;

    internal InProcessSiloHandle Handle { get; }

    /// <summary>Gives its address.</summary>
    /// <returns><see cref="Address"/>.</returns>
    public override string ToString() => Address;
}
