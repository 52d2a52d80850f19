using System.Net;

namespace OrleansTasks.Testing.Runs;

/// <summary>Provides the name and address of a silo that does not exist.</summary>
internal sealed class LoneSilo : ILocalSiloDetails
{
    private static readonly SiloAddress Address = SiloAddress.New(IPAddress.Loopback, 0, 0);

    public string Name => "test";

    public string ClusterId => "test";

    public string DnsHostName => "localhost";

    public SiloAddress SiloAddress => Address;

    public SiloAddress GatewayAddress => Address;
}
