using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace OrleansTasks.Hosting;

/// <summary>
/// Checks whether another process already listens on the ports of this silo. Orleans lets several processes of one machine listen on the
/// same port, and connections then go to any of them. A second silo would start, and nobody could tell which one answers.
/// </summary>
internal static class PortProbe
{
    public static IEnumerable<string> Faults(IServiceProvider services)
    {
        // Tests connect silos in memory. They use no sockets there, and the ports are only numbers.
        if (services.GetKeyedServices<IConnectionListenerFactory>(KeyedService.AnyKey)
            .Any(f => f.GetType().Name != "SocketConnectionListenerFactory"))
        {
            return [];
        }

        var options = services.GetRequiredService<IOptions<EndpointOptions>>().Value;
        return new[]
        {
            Fault(options.SiloListeningEndpoint ?? At(options.AdvertisedIPAddress, options.SiloPort), "for other silos", "SiloPort"),
            Fault(options.GatewayListeningEndpoint ?? At(options.AdvertisedIPAddress, options.GatewayPort), "for web servers",
                "GatewayPort"),
        }.OfType<string>();
    }

    /// <summary>Returns the fault of a port. Null if the port is free, or if only opening it can tell.</summary>
    internal static string? Fault(IPEndPoint? endpoint, string purpose, string option)
    {
        if (endpoint is not { Port: > 0 })
        {
            return null;
        }

        try
        {
            using var socket = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(endpoint);
            socket.Listen(1);
            return null;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return $"Port {endpoint.Port} of {endpoint.Address} ({purpose}: EndpointOptions.{option}) is in use, perhaps by another silo "
                + "on this machine. Use another port.";
        }
        catch (SocketException e) when (e.SocketErrorCode is SocketError.AddressNotAvailable or SocketError.AccessDenied)
        {
            return $"Port {endpoint.Port} of {endpoint.Address} ({purpose}: EndpointOptions.{option}) cannot be opened: {e.Message}. "
                + "Use another port or address.";
        }
    }

    private static IPEndPoint? At(IPAddress? address, int port) => address is null ? null : new IPEndPoint(address, port);
}
