using OrleansTasks.Text;

namespace OrleansTasks;

/// <summary>The exception that is thrown when the cluster has no silo with the given address.</summary>
[GenerateSerializer, Alias("OrleansTasks.SiloNotFoundException")]
public sealed class SiloNotFoundException : TaskException
{
    /// <summary>Initializes a new instance of the <see cref="SiloNotFoundException"/> class.</summary>
    /// <param name="silo">The requested address.</param>
    /// <param name="silos">The addresses of the cluster's silos.</param>
    public SiloNotFoundException(string silo, IReadOnlyList<string> silos)
        : base(null, $"There is no silo '{ShownText.Quote(silo)}'. "
            + (silos.Count == 0 ? "The cluster has none; start one." : $"Use one of {string.Join(", ", silos)}.")) => Silo = silo;

    /// <summary>Gets the requested address.</summary>
    [Id(0)]
    public string Silo { get; }
}
