using System.Collections.Concurrent;

namespace OrleansTasks.Settings;

/// <summary>
/// Stores the dashboards that this program has mapped. The server signs the id of a page's dashboard, so that a browser cannot choose
/// another one.
/// </summary>
internal sealed class DashboardMounts
{
    private readonly ConcurrentDictionary<string, DashboardMount> _mounts = new(StringComparer.Ordinal);

    /// <summary>Gets any of the dashboards; null if there is none.</summary>
    public DashboardMount? First => _mounts.Values.FirstOrDefault();

    public IEnumerable<DashboardMount> All => _mounts.Values;

    public DashboardMount Add(string prefix, TasksDashboardOptions options)
    {
        var mount = new DashboardMount($"{_mounts.Count}:{prefix.Trim('/')}", options);
        _mounts[mount.Id] = mount;
        return mount;
    }

    public DashboardMount Get(string id) => _mounts.TryGetValue(id, out var mount) ? mount : throw new InvalidOperationException("No "
        + $"dashboard is mapped as '{id}'. Load the page again.");
}

/// <summary>Represents one mapped dashboard.</summary>
internal sealed record DashboardMount(string Id, TasksDashboardOptions Options);
