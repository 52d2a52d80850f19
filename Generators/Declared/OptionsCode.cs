using Microsoft.CodeAnalysis;

namespace OrleansTasks.Generators.Declared;

/// <summary>Writes the options of attributes as code.</summary>
internal static class OptionsCode
{
    /// <summary>Lists the options that are durations, with their bounds.</summary>
    public static readonly (string Name, Spans.Bounds Bounds)[] Durations =
    [
        ("Timeout", Spans.Bounds.Timeout),
        ("RunTimeout", Spans.Bounds.Timeout),
        ("ExpireAfter", Spans.Bounds.Timeout),
        ("OverdueAfter", Spans.Bounds.Watch),
        ("TooLongAfter", Spans.Bounds.Watch),
        ("MisfireThreshold", Spans.Bounds.Misfire),
    ];

    /// <summary>Lists the options that are numbers, with their ranges.</summary>
    public static readonly (string Name, int Least, int Most)[] Numbers =
        [("MaxConcurrentRuns", 1, 100_000), ("PauseAfterFailures", 1, 10_000), ("HistoryLength", 1, 10_000), ("LogLines", 0, 1_000)];

    private static readonly string[] Enums = ["Overlap", "Guarantee", "Priority"];

    /// <summary>Returns the code that creates the options of a task, or null if it has none.</summary>
    /// <param name="symbols">The symbols that have attributes. Earlier ones take precedence.</param>
    public static string? Of(params ISymbol[] symbols)
    {
        var parts = new List<string>();
        var task = symbols.Select(static s => s.Attribute(Symbols.Task)).FirstOrDefault(static a => a is not null);
        if (task is not null)
        {
            AddOfTask(task, parts);
        }

        if (Find(symbols, Symbols.Group)?.FirstText() is { } group)
        {
            parts.Add($"Group = {Constants.Text(group)}");
        }

        if (Find(symbols, Symbols.Retry) is { } retry)
        {
            parts.Add($"Retry = {RetryCode(retry)}");
        }

        return parts.Count == 0 ? null : $"new global::OrleansTasks.TaskOptions {{ {string.Join(", ", parts)} }}";
    }

    private static AttributeData? Find(ISymbol[] symbols, string name) =>
        symbols.Select(s => s.Attribute(name)).FirstOrDefault(static a => a is not null);

    private static void AddOfTask(AttributeData task, List<string> parts)
    {
        if (task.NamedText("Description") is { } description)
        {
            parts.Add($"Description = {Constants.Text(description)}");
        }

        foreach (var (name, _) in Durations)
        {
            if (task.NamedText(name) is { } span)
            {
                parts.Add($"{name} = {Spans.Code(span)}");
            }
        }

        foreach (var name in Enums.Concat(Numbers.Select(static n => n.Name)))
        {
            if (task.Named(name) is { Value: { } value } constant)
            {
                parts.Add($"{name} = {Constants.Code(constant.Type!, value)}");
            }
        }

        if (task.Named("SendReturnValues")?.Value is false)
        {
            parts.Add("SendReturnValues = false");
        }

        if (task.Named("Tags") is { IsNull: false, Kind: TypedConstantKind.Array } tags)
        {
            parts.Add($"Tags = [{string.Join(", ", tags.Values.Select(static v => Constants.Text(v.Value as string)))}]");
        }
    }

    private static string RetryCode(AttributeData retry)
    {
        var parts = new List<string>();
        if (retry.ConstructorArguments is [{ Value: int attempts }])
        {
            parts.Add($"MaxAttempts = {attempts}");
        }

        foreach (var name in (string[])["Delay", "MaxDelay"])
        {
            if (retry.NamedText(name) is { } span)
            {
                parts.Add($"{name} = {Spans.Code(span)}");
            }
        }

        if (retry.Named("Backoff") is { Value: { } backoff } constant)
        {
            parts.Add($"Backoff = {Constants.Code(constant.Type!, backoff)}");
        }

        if (retry.Named("Jitter") is { Value: double jitter } number)
        {
            parts.Add($"Jitter = {Constants.Code(number.Type!, jitter)}");
        }

        foreach (var name in (string[])["OnlyFor", "NotFor"])
        {
            if (retry.Named(name) is { IsNull: false, Kind: TypedConstantKind.Array } types)
            {
                parts.Add(
                    $"{name} = ["
                        + string.Join(", ", types.Values.Select(static v => v.Value).OfType<ITypeSymbol>()
                            .Select(static t => Constants.Text(MetadataName(t)))) + "]");
            }
        }

        return $"new global::OrleansTasks.RetryPolicy {{ {string.Join(", ", parts)} }}";
    }

    /// <summary>Returns the name of the type at run time.</summary>
    private static string MetadataName(ITypeSymbol type) => type.ContainingType is { } outer ? $"{MetadataName(outer)}+{type.MetadataName}"
        : type.ContainingNamespace is { IsGlobalNamespace: false } room ? $"{room.ToDisplayString()}.{type.MetadataName}"
        : type.MetadataName;
}
