using System.Text.Json.Serialization;
using OrleansTasks.Errors;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>A run that is to be made after another one has ended.</summary>
/// <remarks>
/// It is stored before anybody hears of the end of the run that it follows, so that neither is there without the other, and it is made once, whatever
/// dies in between. The task must exist by then; if it does not, or the arguments do not fit, the silo's log says so and nothing follows.
/// </remarks>
/// <param name="Task">The name of the task to run.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.Continuation")]
public sealed record Continuation([property: Id(0)] string Task)
{
    /// <summary>The greatest number of continuations of one run: 20.</summary>
    public const int MaxCount = 20;

    [Id(80)]
    private TaskHeaders? _headers;

    /// <summary>After which end. Default: <see cref="ContinuationTrigger.Succeeded"/>.</summary>
    [Id(1)]
    public ContinuationTrigger On { get; init; }

    /// <summary>What it is given as its first argument, if it has no <see cref="Arguments"/>. Default: <see cref="PassedArgument.Value"/>.</summary>
    [Id(2)]
    public PassedArgument Pass { get; init; }

    /// <summary>Its arguments; null for what <see cref="Pass"/> says.</summary>
    [Id(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TaskArguments? Arguments { get; init; }

    /// <summary>How long after the end it is due, zero to 24 days. Null, the default: at once.</summary>
    [Id(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public TimeSpan? Delay { get; init; }

    /// <summary>
    /// What is to go with it besides its arguments, over the headers that it inherits from the run that it follows (<c>TasksOptions.InheritedHeaders</c>), and over its task's own. Null, the default: none. Names have 1 to 100 characters, letters and digits of ASCII and any of <c>-_.:/</c>, and are the same in whatever
    /// case; texts have no control characters. How many there may be, and how large: <see cref="TaskEngineLimits.MaxHeaders"/>, <see cref="TaskEngineLimits.MaxHeadersSize"/>.
    /// </summary>
    /// <remarks>The dictionary is copied. Headers are not secret: they are kept with the result and shown, unless the masking hook of the host hides them.</remarks>
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
            yield return $"{name}.On is {(int)On}, which is no ContinuationTrigger.";
        }

        if (!Enum.IsDefined(Pass))
        {
            yield return $"{name}.Pass is {(int)Pass}, which is no PassedArgument.";
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
