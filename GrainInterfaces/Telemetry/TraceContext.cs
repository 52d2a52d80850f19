using System.Diagnostics;
using System.Text.Json.Serialization;

namespace OrleansTasks.Telemetry;

/// <summary>Where a run comes from, in the W3C's words: the span that asked for it, and what goes along with it. Stored with the run.</summary>
[GenerateSerializer, Immutable, Alias("OrleansTasks.TraceContext")]
internal sealed record TraceContext
{
    /// <summary>The most characters of <see cref="State"/>: what the recommendation asks everybody to take.</summary>
    public const int MaxState = 512;

    /// <summary>The span, as <c>traceparent</c>.</summary>
    [Id(0)]
    public required string Parent { get; init; }

    /// <summary>The <c>tracestate</c> of other vendors; null if there is none.</summary>
    [Id(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? State { get; init; }

    /// <summary>The <c>baggage</c>; null if there is none.</summary>
    [Id(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Baggage { get; init; }

    /// <summary>Whether the run begins a trace of its own, which is linked to that span, in place of being part of that trace.</summary>
    [Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsLink { get; init; }

    /// <summary>The span as .NET has it; none if it cannot be read.</summary>
    [JsonIgnore]
    public ActivityContext Context => ActivityContext.TryParse(Parent, State, isRemote: true, out var context) ? context : default;

    /// <summary>About how many bytes it takes.</summary>
    [JsonIgnore]
    public int Size => Parent.Length + (State?.Length ?? 0) + (Baggage?.Length ?? 0);

    /// <summary>The context of a span.</summary>
    /// <param name="span">The span; null if there is none.</param>
    /// <returns>Null if there is none, or it is not of the W3C's format.</returns>
    public static TraceContext? Of(Activity? span) => span is { IdFormat: ActivityIdFormat.W3C, Id: { } id }
        ? new TraceContext { Parent = id, State = span.TraceStateString is { Length: > 0 and <= MaxState } state ? state : null, Baggage = W3CBaggage.Write(span.Baggage) }
        : null;

    /// <summary>What somebody sends, as far as it is valid.</summary>
    /// <returns>Null if it is not.</returns>
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

    /// <summary>The same for what is not part of that trace and linked to it.</summary>
    public TraceContext AsLink() => IsLink ? this : this with { IsLink = true };

    /// <summary>The same for what it leads to again and again, such as the occurrences of a schedule: the baggage was that of one request.</summary>
    public TraceContext AsOrigin() => this with { IsLink = true, Baggage = null };
}
