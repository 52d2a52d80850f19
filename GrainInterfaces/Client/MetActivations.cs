using System.Collections.Concurrent;

namespace OrleansTasks.Client;

/// <summary>Which activations of tasks' grains have told this process their names: requests that bear them were surely sent since these began.</summary>
internal sealed class MetActivations
{
    /// <summary>For so many tasks names are kept; beyond that all are forgotten, which costs a call for each.</summary>
    public const int Most = 10_000;
    private readonly ConcurrentDictionary<string, Guid> _met = new(StringComparer.Ordinal);

    /// <summary>The activation of a task that was met last; empty if none was.</summary>
    public Guid Of(string task) => _met.GetValueOrDefault(task);

    /// <summary>Notes that an activation has told its name.</summary>
    public void Meet(string task, Guid activation)
    {
        if (_met.Count >= Most)
        {
            _met.Clear();
        }

        _met[task] = activation;
    }
}
