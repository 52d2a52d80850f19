using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>
/// Defines the options of a triggered run (<see cref="TaskHandle.TriggerAsync(TriggerOptions, CancellationToken)"/>) and of backfills.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TriggerOptions")]
public sealed record TriggerOptions
{
    [Id(0)]
    private TaskHeaders? _headers;

    /// <summary>
    /// Gets the headers of the run, such as its tenant. They override the task's own headers. Default: null, for none. A name has 1 to 100
    /// characters: ASCII letters, digits and <c>-_.:/</c>; case does not matter. A value has no control characters.
    /// <see cref="TaskEngineLimits.MaxHeaders"/> and <see cref="TaskEngineLimits.MaxHeadersSize"/> limit their number and size.
    /// </summary>
    /// <remarks>
    /// The dictionary is copied. Headers are not secret: they are kept with the result and displayed, unless the host's masking hook hides
    /// them.
    /// </remarks>
    public IReadOnlyDictionary<string, string>? Headers
    {
        get => _headers;
        init => _headers = TaskHeaders.Of(value);
    }

    internal IReadOnlyList<string> Faults() => [.. TaskHeaders.Faults("Headers", _headers)];
}
