using System.Text.Json.Serialization;
using OrleansTasks.Errors;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>How one awaited run is to be treated.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunOptions")]
public sealed record RunOptions
{
    [Id(80)]
    private TaskHeaders? _headers;

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

    /// <summary>
    /// What is to go with the run besides its arguments, such as the tenant for whom it is made, over its task's own headers. Null, the default: none. Names have 1 to 100 characters, letters and digits of ASCII and any of <c>-_.:/</c>, and are the same in whatever
    /// case; texts have no control characters. How many there may be, and how large: <see cref="TaskEngineLimits.MaxHeaders"/>, <see cref="TaskEngineLimits.MaxHeadersSize"/>.
    /// </summary>
    /// <remarks>The dictionary is copied. Headers are not secret: they are kept with the result and shown, unless the masking hook of the host hides them.</remarks>
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
