using Orleans.TestingHost;

namespace OrleansTasks.Testing;

/// <summary>Represents a silo of a <see cref="TaskTestCluster"/>.</summary>
public sealed class TaskTestSilo
{
    internal TaskTestSilo(InProcessSiloHandle handle) => Handle = handle;

    /// <summary>Gets the silo's address, as in <see cref="TaskResult.Silo"/>.</summary>
    public string Address => Handle.SiloAddress.ToString();

    /// <summary>Gets the silo's services.</summary>
    public IServiceProvider Services => Handle.ServiceProvider;

    internal InProcessSiloHandle Handle { get; }

    /// <summary>Returns the silo's address.</summary>
    /// <returns><see cref="Address"/>.</returns>
    public override string ToString() => Address;
}
