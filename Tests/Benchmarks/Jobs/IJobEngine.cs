namespace OrleansTasks.Benchmarks.Jobs;

/// <summary>What accepts no-op jobs and runs them in this process.</summary>
internal interface IJobEngine : IAsyncDisposable
{
    string Name { get; }

    /// <summary>How many jobs there are in a round of it, for one job of ours.</summary>
    double Share { get; }

    /// <summary>Accepts one job; done when the job is safe.</summary>
    Task AddAsync();

    /// <summary>Whether the end of every job that was accepted is recorded.</summary>
    Task<bool> IsRecordedAsync();
}
