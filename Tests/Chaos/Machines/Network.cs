using System.Net;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Chaos.Machines;

/// <summary>
/// Gives silos and clients machines of their own: network namespaces on a bridge, where this program and the store have the first address.
/// </summary>
internal sealed class Network : IAsyncDisposable
{
    // An unused hardware address: what is sent to it is lost silently.
    private const string Nowhere = "02:00:00:00:00:fe";
    private readonly string _id = $"{Environment.ProcessId % 100_000:x}";
    private readonly int _subnet = 1 + (Environment.ProcessId % 250);
    private readonly int _machines;

    private Network(int machines) => _machines = machines;

    private static readonly Lazy<string?> Lacking = new(Probe);

    /// <summary>Gets why there can be no machines; null if there can.</summary>
    public static string? Missing => Lacking.Value;

    public IPAddress Host => new([10, 77, (byte)_subnet, 1]);

    private string Bridge => $"otb{_id}";

    public static async Task<Network> CreateAsync(int machines)
    {
        var network = new Network(machines);
        await IpAsync($"link add {network.Bridge} type bridge");
        await IpAsync($"addr add {network.Host}/24 dev {network.Bridge}");
        await IpAsync($"link set {network.Bridge} up");
        for (var n = 0; n < machines; n++)
        {
            var name = network.Name(n);
            await IpAsync($"netns add {name}");
            await IpAsync($"link add {name} type veth peer name eth0 netns {name}");
            await IpAsync($"link set {name} master {network.Bridge} up");
            await IpAsync($"-n {name} addr add {network.Address(n)}/24 dev eth0");
            await IpAsync($"-n {name} link set eth0 up");
            await IpAsync($"-n {name} link set lo up");
        }

        return network;
    }

    /// <summary>Returns the name of a machine's namespace.</summary>
    public string Name(int machine) => $"ot{_id}n{machine}";

    public IPAddress Address(int machine) => new([10, 77, (byte)_subnet, (byte)(machine + 11)]);

    /// <summary>Drops everything between a machine and the other ones, while all still reach the host; or undoes that.</summary>
    public async Task SeparateAsync(int machine, bool separate)
    {
        foreach (var other in Enumerable.Range(0, _machines).Where(n => n != machine))
        {
            foreach (var (from, to) in new[] { (machine, other), (other, machine) })
            {
                await IpAsync(separate
                    ? $"-n {Name(from)} neigh replace {Address(to)} lladdr {Nowhere} dev eth0 nud permanent"
                    : $"-n {Name(from)} neigh del {Address(to)} dev eth0");
            }
        }
    }

    /// <summary>Drops everything from and to a machine, even the end of connections; or undoes that.</summary>
    public Task CutAsync(int machine, bool cut) => IpAsync($"-n {Name(machine)} link set eth0 {(cut ? "down" : "up")}");

    public async ValueTask DisposeAsync()
    {
        for (var n = 0; n < _machines; n++)
        {
            await IpAsync($"netns del {Name(n)}");
        }

        await IpAsync($"link del {Bridge}");
    }

    private static string? Probe()
    {
        if (Environment.UserName != "root")
        {
            return "machines of their own (network namespaces) need root.";
        }

        if (Programs.Find("ip") is null)
        {
            return "'ip' is not installed (Debian and Ubuntu: apt-get install iproute2).";
        }

        try
        {
            var name = $"otprobe{Environment.ProcessId}";
            IpAsync($"netns add {name}").GetAwaiter().GetResult();
            IpAsync($"netns del {name}").GetAwaiter().GetResult();
            return null;
        }
        catch (InvalidOperationException e)
        {
            return $"the system allows no network namespaces: {e.Message}";
        }
    }

    private static Task<string> IpAsync(string arguments) => Programs.RunAsync(Programs.Find("ip")!, arguments.Split(' '));
}
