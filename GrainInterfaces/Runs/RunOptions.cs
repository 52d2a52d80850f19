using OrleansTasks.Errors;

namespace OrleansTasks;

/// <summary>How one awaited run is to be treated.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunOptions")]
public sealed record RunOptions
{
    /// <summary>How long the run may take from the call on, waiting included; at most 24 days. Null, the default: as long as it takes.</summary>
    /// <remarks>When it is over, the run's token is cancelled and the caller gets a <see cref="TaskTimeoutException"/>.</remarks>
    [Id(0)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>What happens when the silo that runs it dies. Null, the default: what the task's options say, else <see cref="RunGuarantee.AtMostOnce"/>.</summary>
    [Id(1)]
    public RunGuarantee? Guarantee { get; init; }

    /// <summary>Whether and when it is tried again if its handler fails, while the caller waits. Null, the default: what the task's options say.</summary>
    [Id(2)]
    public RetryPolicy? Retry { get; init; }

    /// <summary>Which of several waiting runs begin first. Null, the default: what the task's options say.</summary>
    [Id(3)]
    public RunPriority? Priority { get; init; }

    internal IReadOnlyList<string> Faults() => Timeout is null && Guarantee is null && Retry is null && Priority is null
        ? []
        : [.. OptionFaults.OfTimeout("Options.Timeout", Timeout), .. OptionFaults.OfEnum("Options.Guarantee", Guarantee), .. Retry?.Faults("Options.Retry") ?? [], .. OptionFaults.OfEnum("Options.Priority", Priority)];
}
