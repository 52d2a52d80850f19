using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Occurrences of the past for which runs are to be made now.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.BackfillRequest")]
public sealed record BackfillRequest
{
    /// <summary>The greatest number of occurrences in one request: 1,000.</summary>
    public const int MaxOccurrences = 1000;

    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>Names the request, made by the caller, so that asking again after a lost answer does not run twice.</summary>
    [Id(0)]
    public Guid Id { get; init; }

    /// <summary>The first instant of the period.</summary>
    [Id(1)]
    public DateTimeOffset From { get; init; }

    /// <summary>The last instant of the period; not in the future.</summary>
    [Id(2)]
    public DateTimeOffset To { get; init; }

    /// <summary>Whether it was asked before and the answer was lost. Default: false.</summary>
    [Id(3)]
    public bool Repeated { get; init; }

    /// <summary>What is to go with the runs besides their arguments, over their task's own headers. Null, the default: nothing. See <see cref="TriggerOptions.Headers"/>.</summary>
    public IReadOnlyDictionary<string, string>? Headers
    {
        get => _headers;
        init => _headers = TaskHeaders.Of(value);
    }

    internal IReadOnlyList<string> Faults() => [.. TaskHeaders.Faults("Headers", _headers)];
}
