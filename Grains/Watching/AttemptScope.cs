using System.Collections;
using System.Diagnostics;
using OrleansTasks.Runs;

namespace OrleansTasks.Watching;

/// <summary>
/// Provides the log scope of an attempt, for log providers with scopes. It is a value type, so that nothing is allocated if no provider has
/// them.
/// </summary>
/// <param name="order">The attempt.</param>
/// <param name="span">Its span, or null if nobody listens.</param>
internal readonly struct AttemptScope(RunOrder order, Activity? span) : IReadOnlyList<KeyValuePair<string, object?>>
{
    public int Count => span is null ? 3 : 4;

    public KeyValuePair<string, object?> this[int index] => index switch
    {
        0 => new("Task", order.RunId.Task),
        1 => new("RunId", order.RunId.ToString()),
        2 => new("Attempt", order.Attempt),
        3 when span is not null => new("TraceId", span.TraceId.ToHexString()),
        _ => throw new ArgumentOutOfRangeException(nameof(index)),
    };

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        for (var n = 0; n < Count; n++)
        {
            yield return this[n];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public override string ToString() => span is null
        ? $"run {order.RunId}, attempt {order.Attempt}"
        : $"run {order.RunId}, attempt {order.Attempt}, trace {span.TraceId}";
}
