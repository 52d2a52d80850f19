using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;

namespace Company.Tasks.Silo;

/// <summary>At which address other silos and web servers reach this silo.</summary>
internal static class Place
{
    /// <summary>In Kubernetes at that of its pod; else at Silo:Address, or at the machine's own if that is not set.</summary>
    public static void UsePlace(this ISiloBuilder silo, IConfiguration settings)
    {
        var (port, gatewayPort) = (settings.GetValue("Silo:Port", 11111), settings.GetValue("Silo:GatewayPort", 30000));
        if (settings["POD_IP"] is not null)
        {
            // Silos are told of pods that are gone. This needs the role in kubernetes/access.yaml.
            silo.UseKubernetesHosting();
            silo.Configure<EndpointOptions>(o => (o.SiloPort, o.GatewayPort) = (port, gatewayPort));
        }
        else if (settings["Silo:Address"] is { Length: > 0 } address)
        {
            silo.ConfigureEndpoints(IPAddress.Parse(address), port, gatewayPort);
        }
        else
        {
            silo.ConfigureEndpoints(port, gatewayPort, AddressFamily.InterNetwork, listenOnAnyHostAddress: true);
        }
    }
}
