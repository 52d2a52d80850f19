namespace OrleansTasks.Tests.Web;

/// <summary>Represents the one silo of a <see cref="FakeCluster"/>, which can be drained.</summary>
internal sealed class FakeSilos
{
    private SiloOverview _silo = new("S127.0.0.1:11111:1", 2, 1, 16);

    public IReadOnlyList<SiloOverview> All => [_silo];

    public SiloOverview Set(string silo, bool isDrained) =>
        silo == _silo.Silo ? _silo = _silo with { IsDrained = isDrained } : throw new SiloNotFoundException(silo, [_silo.Silo]);
}
