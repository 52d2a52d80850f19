using System.Text.Json.Serialization;
using OrleansTasks.Errors;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines the options of one awaited run.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunOptions")]
public sealed record RunOptions
{
    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>
    /// Gets the maximum time of the run from the call on, including waits. Default: null, for no limit. Range: at most 24 days.
    /// </summary>
    /// <remarks>When it expires, the run's token is cancelled and the call throws a <see cref="TaskTimeoutException"/>.</remarks>
    [Id(0)]
    public TimeSpan? Timeout { get; init; }

    /// <summary>
    /// Gets what happens when the run's silo is lost. Default: null, which uses the task's option, or else
    /// <see cref="RunGuarantee.AtMostOnce"/>.
    /// </summary>
    [Id(1)]
    public RunGuarantee? Guarantee { get; init; }

    /// <summary>
    /// Gets whether and when the run is retried if its handler fails, while the caller waits. Default: null, which uses the task's option.
    /// </summary>
    [Id(2)]
    public RetryPolicy? Retry { get; init; }

    /// <summary>Gets which of several waiting runs start first. Default: null, which uses the task's option.</summary>
    [Id(3)]
    public RunPriority? Priority { get; init; }

    /// <summary>
    /// Gets the headers of the run, such as its tenant. They override the task's own headers. Default: null, for none. A name has 1 to 100
    /// characters: ASCII letters, digits and <c>-_.:/</c>; case does not matter. A value has no control characters.
    /// <see cref="TaskEngineLimits.MaxHeaders"/> and <see cref="TaskEngineLimits.MaxHeadersSize"/> limit their number and size.
    /// </summary>
    /// <remarks>
    /// The dictionary is copied. Headers are not secret: they are kept with the result and displayed, unless the host's masking hook hides
    /// them.
    /// </remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Headers
    {
        get => _headers;
        init => _headers = TaskHeaders.Of(value);
    }

    internal IReadOnlyList<string> Faults() => Timeout is null && Guarantee is null && Retry is null && Priority is null && _headers is null
        ? []
        :
        [
            .. OptionFaults.OfTimeout("Options.Timeout", Timeout),
            .. OptionFaults.OfEnum("Options.Guarantee", Guarantee),
            .. Retry?.Faults("Options.Retry") ?? [],
            .. OptionFaults.OfEnum("Options.Priority", Priority),
            .. TaskHeaders.Faults("Options.Headers", _headers),
        ];
}
