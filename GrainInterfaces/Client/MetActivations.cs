using System.Collections.Concurrent;

namespace OrleansTasks.Client;

/// <summary>
/// Keeps the ids that activations of tasks' grains have sent to this process. A request with such an id was certainly sent after the
/// activation started.
/// </summary>
internal sealed class MetActivations
{
    /// <summary>
    /// The maximum number of tasks for which ids are kept. Beyond that all ids are forgotten, which costs one call for each.
    /// </summary>
    public const int Most = 10_000;
    private readonly ConcurrentDictionary<string, Guid> _met = new(StringComparer.Ordinal);

    /// <summary>Returns the id of the last known activation of a task, or empty if there is none.</summary>
    public Guid Of(string task) => _met.GetValueOrDefault(task);

    /// <summary>Adds the id of an activation.</summary>
    public void Meet(string task, Guid activation)
    {
        if (_met.Count >= Most)
        {
            _met.Clear();
        }

        _met[task] = activation;
    }
}
