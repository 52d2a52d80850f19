namespace OrleansTasks.Testing.Client;

/// <summary>Keeps the limits of groups that were set with a fake client.</summary>
internal sealed class FakeGroups
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, RunGroup> _limits = new(StringComparer.Ordinal);

    public RunGroupInfo Get(string name)
    {
        lock (_gate)
        {
            return new RunGroupInfo { Name = TaskNames.Check(name), Limits = _limits.GetValueOrDefault(name) ?? new RunGroup() };
        }
    }

    public RunGroupInfo Put(string name, RunGroup limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        lock (_gate)
        {
            _limits[TaskNames.Check(name)] = limits;
            return Get(name);
        }
    }
}
