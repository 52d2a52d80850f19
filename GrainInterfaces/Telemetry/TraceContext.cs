using System.Diagnostics;
using System.Text.Json.Serialization;

namespace OrleansTasks.Telemetry;

/// <summary>
/// Contains the origin of a run in terms of the W3C: the span of the request, and its baggage. It is stored with the run.
/// </summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TraceContext")]
internal sealed record TraceContext
{
    /// <summary>The maximum number of characters in <see cref="State"/>: what the recommendation requires everybody to accept.</summary>
    public const int MaxState = 512;

    /// <summary>Gets the span, as <c>traceparent</c>.</summary>
    [Id(0)]
    public required string Parent { get; init; }

    /// <summary>Gets the <c>tracestate</c> of other vendors, or null if there is none.</summary>
    [Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? State { get; init; }

    /// <summary>Gets the <c>baggage</c>, or null if there is none.</summary>
    [Id(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Baggage { get; init; }

    /// <summary>Gets whether the run starts a trace of its own that is linked to that span, instead of being part of that trace.</summary>
    [Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsLink { get; init; }

    /// <summary>Gets the span as .NET represents it, or an empty one if it cannot be read.</summary>
    [JsonIgnore]
    public ActivityContext Context => ActivityContext.TryParse(Parent, State, isRemote: true, out var context) ? context : default;

    /// <summary>Gets the approximate number of bytes.</summary>
    [JsonIgnore]
    public int Size => Parent.Length + (State?.Length ?? 0) + (Baggage?.Length ?? 0);

    /// <summary>Returns the context of a span.</summary>
    /// <param name="span">The span, or null if there is none.</param>
    /// <returns>The context, or null if there is no span, or it does not have the W3C format.</returns>
    public static TraceContext? Of(Activity? span) => span is { IdFormat: ActivityIdFormat.W3C, Id: { } id }
        ? new TraceContext
        {
            Parent = id,
            State = span.TraceStateString is { Length: > 0 and <= MaxState } state ? state : null,
            Baggage = W3CBaggage.Write(span.Baggage)
        }
        : null;

    /// <summary>Returns the context that a caller sends, if it is valid.</summary>
    /// <returns>The context, or null if it is not valid.</returns>
    public static TraceContext? Of(string? parent, string? state, string? baggage, bool isLink)
    {
        if (parent is null || !ActivityContext.TryParse(parent, null, out _))
        {
            return null;
        }

        return new TraceContext
        {
            Parent = parent,
            State = state is { Length: > 0 and <= MaxState } ? state : null,
            Baggage = baggage is { Length: > 0 and <= W3CBaggage.MaxLength } ? baggage : null,
            IsLink = isLink,
        };
    }

    /// <summary>Returns the context for a run that is linked to that trace instead of being part of it.</summary>
    public TraceContext AsLink() => IsLink ? this : this with { IsLink = true };

    /// <summary>
    /// Returns the context for repeated consequences, such as the occurrences of a schedule. It has no baggage, because the baggage was
    /// that of one request.
    /// </summary>
    public TraceContext AsOrigin() => this with { IsLink = true, Baggage = null };
}
