namespace OrleansTasks;

/// <summary>There is no silo of that address in the cluster.</summary>
[GenerateSerializer, Alias("OrleansTasks.SiloNotFoundException")]
public sealed class SiloNotFoundException : TaskException
{
    /// <summary>Makes an error.</summary>
    /// <param name="silo">The address that was asked for.</param>
    /// <param name="silos">The addresses of the silos that there are.</param>
    public SiloNotFoundException(string silo, IReadOnlyList<string> silos)
        : base(null, $"There is no silo '{silo}'. The silos are {string.Join(", ", silos)}.") => Silo = silo;

    /// <summary>The address that was asked for.</summary>
    [Id(0)]
    public string Silo { get; }
}
