using System.Net;
using System.Net.Sockets;
using Orleans.Configuration;

namespace Company.Tasks.Silo;

/// <summary>Sets the address at which other silos and web servers reach this silo.</summary>
internal static class Place
{
    /// <summary>
    /// Uses the address of the pod in Kubernetes. Elsewhere it uses Silo:Address, or the machine's own address if that is not set.
    /// </summary>
    public static void UsePlace(this ISiloBuilder silo, IConfiguration settings)
    {
        var (port, gatewayPort) = (settings.GetValue("Silo:Port", 11111), settings.GetValue("Silo:GatewayPort", 30000));
        if (settings["POD_IP"] is not null)
        {
            // Reads from Kubernetes which pods are gone. This needs the role in kubernetes/access.yaml.
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
