using System.Text.Json.Serialization;
using OrleansTasks.Errors;
using OrleansTasks.Text;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines a run that starts after another run has ended.</summary>
/// <remarks>
/// It is stored before the end of the preceding run becomes visible, so that neither exists without the other. It is created exactly once,
/// whatever fails in between. The task must exist by then. If it does not, or the arguments do not match, nothing follows, and the silo's
/// log says so.
/// </remarks>
/// <param name="Task">The name of the task to run.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.Continuation")]
public sealed record Continuation([property: Id(0)] string Task)
{
    /// <summary>The maximum number of continuations of one run: 20.</summary>
    public const int MaxCount = 20;

    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>Gets the kind of end after which it starts. Default: <see cref="ContinuationTrigger.Succeeded"/>.</summary>
    [Id(1)]
    public ContinuationTrigger On { get; init; }

    /// <summary>Gets the first argument, if it has no <see cref="Arguments"/>. Default: <see cref="PassedArgument.Value"/>.</summary>
    [Id(2)]
    public PassedArgument Pass { get; init; }

    /// <summary>Gets the arguments. Null passes what <see cref="Pass"/> says.</summary>
    [Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>
    /// Gets the time from the end of the preceding run to the due time. Default: null, which makes it due at once. Range: zero to 24 days.
    /// </summary>
    [Id(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Delay { get; init; }

    /// <summary>
    /// Gets the headers of the run. They override headers inherited from the preceding run (<c>TasksOptions.InheritedHeaders</c>) and the
    /// task's own. Default: null, for none. A name has 1 to 100 characters: ASCII letters, digits and <c>-_.:/</c>; case does not matter. A
    /// value has no control characters. <see cref="TaskEngineLimits.MaxHeaders"/> and <see cref="TaskEngineLimits.MaxHeadersSize"/> limit
    /// their number and size.
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

    internal static IEnumerable<string> Faults(string name, IReadOnlyList<Continuation>? all)
    {
        if (all?.Count > MaxCount)
        {
            yield return $"{name} has {all.Count} continuations; {MaxCount} are allowed.";
        }

        foreach (var (continuation, n) in (all ?? []).Take(MaxCount).Select((c, n) => (c, n)))
        {
            if (continuation is null)
            {
                yield return $"{name}[{n}] is null.";
                continue;
            }

            foreach (var fault in continuation.Faults($"{name}[{n}]"))
            {
                yield return fault;
            }
        }
    }

    internal IEnumerable<string> Faults(string name)
    {
        if (TaskNames.Fault(Task) is { } fault)
        {
            yield return $"{name}.Task: {fault}";
        }

        if (!Enum.IsDefined(On))
        {
            yield return EnumText.Fault($"{name}.On", On);
        }

        if (!Enum.IsDefined(Pass))
        {
            yield return EnumText.Fault($"{name}.Pass", Pass);
        }

        if (Delay < TimeSpan.Zero || Delay > OptionFaults.LongestWait)
        {
            yield return $"{name}.Delay is {Delay}; zero to 24 days are allowed.";
        }

        foreach (var wrong in TaskHeaders.Faults($"{name}.Headers", _headers))
        {
            yield return wrong;
        }
    }
}
