namespace OrleansTasks.Benchmarks.Jobs;

/// <summary>Represents an engine that accepts no-op jobs and runs them in this process.</summary>
internal interface IJobEngine : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Gets how many jobs a round has for this engine, for each job of ours.</summary>
    double Share { get; }

    /// <summary>Adds one job. The task completes when the engine has accepted the job safely.</summary>
    Task AddAsync();

    /// <summary>Returns whether the end of every accepted job is recorded.</summary>
    Task<bool> IsRecordedAsync();
}
