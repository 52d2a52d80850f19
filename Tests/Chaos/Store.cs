namespace OrleansTasks.Chaos;

/// <summary>Where the cluster under test keeps its tasks and the list of its silos.</summary>
internal enum Store
{
    Sqlite,
    Redis,
    Postgres,
}
