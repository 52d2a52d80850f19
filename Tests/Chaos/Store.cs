namespace OrleansTasks.Chaos;

/// <summary>Specifies where the tested cluster stores its tasks and its membership table.</summary>
internal enum Store
{
    Sqlite,
    Redis,
    Postgres,
}
