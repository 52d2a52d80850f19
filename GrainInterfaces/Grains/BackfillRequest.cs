using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Requests runs for past occurrences, to start now.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.BackfillRequest")]
public sealed record BackfillRequest
{
    /// <summary>The maximum number of occurrences in one request: 1,000.</summary>
    public const int MaxOccurrences = 1000;

    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>Gets the id of the request. The caller creates it, so that a repeated request does not start a second run.</summary>
    [Id(0)]
    public Guid Id { get; init; }

    /// <summary>Gets the first instant of the period.</summary>
    [Id(1)]
    public DateTimeOffset From { get; init; }

    /// <summary>Gets the last instant of the period. It must not be in the future.</summary>
    [Id(2)]
    public DateTimeOffset To { get; init; }

    /// <summary>Gets a value indicating whether the request was sent before and its answer was lost. Default: false.</summary>
    [Id(3)]
    public bool Repeated { get; init; }

    /// <summary>
    /// Gets the headers of the runs, which override the task's own headers. Default: null, for none. See
    /// <see cref="TriggerOptions.Headers"/>.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Headers
    {
        get => _headers;
        init => _headers = TaskHeaders.Of(value);
    }

    internal IReadOnlyList<string> Faults() => [.. TaskHeaders.Faults("Headers", _headers)];
}
