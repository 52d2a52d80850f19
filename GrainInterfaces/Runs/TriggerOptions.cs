using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>How a run is to be treated that somebody starts by hand: <see cref="TaskHandle.TriggerAsync(TriggerOptions, CancellationToken)"/>, and backfills.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TriggerOptions")]
public sealed record TriggerOptions
{
    [Id(0)]
    private TaskHeaders? _headers;

    /// <summary>
    /// What is to go with the run besides its arguments, such as the tenant for whom it is made, over its task's own headers. Null, the default: none. Names have 1 to 100 characters, letters and digits of ASCII and any of <c>-_.:/</c>, and are the same in whatever
    /// case; texts have no control characters. How many there may be, and how large: <see cref="TaskEngineLimits.MaxHeaders"/>, <see cref="TaskEngineLimits.MaxHeadersSize"/>.
    /// </summary>
    /// <remarks>The dictionary is copied. Headers are not secret: they are kept with the result and shown, unless the masking hook of the host hides them.</remarks>
    public IReadOnlyDictionary<string, string>? Headers
    {
        get => _headers;
        init => _headers = TaskHeaders.Of(value);
    }

    internal IReadOnlyList<string> Faults() => [.. TaskHeaders.Faults("Headers", _headers)];
}
