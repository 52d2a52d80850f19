namespace OrleansTasks.Records;

/// <summary>Who defined a task besides the people who registered it: a silo's code, configuration, or both. It is stored as one text, because a registry has a million of them.</summary>
/// <param name="Code">The fingerprint of the code's definition; null if no code has defined it.</param>
/// <param name="Configuration">The fingerprint of what configuration says; null if it says nothing.</param>
internal readonly record struct DefinitionMark(string? Code, string? Configuration)
{
    /// <summary>Stands for the definition of some code, which nobody here knows: it is no fingerprint, so that silos that have the code bring theirs.</summary>
    public const string SomeCode = "code";

    private const string Prefix = "configuration:";

    /// <summary>Reads what is stored with a task; null for one that was registered while running.</summary>
    public static DefinitionMark Of(string? stored)
    {
        if (stored is null || !stored.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return new DefinitionMark(stored, null);
        }

        var colon = stored.IndexOf(':', Prefix.Length);
        return colon < 0 ? new DefinitionMark(null, stored[Prefix.Length..]) : new DefinitionMark(stored[(colon + 1)..], stored[Prefix.Length..colon]);
    }

    /// <summary>The text that is stored.</summary>
    public override string? ToString() => Configuration is null ? Code : Code is null ? Prefix + Configuration : $"{Prefix}{Configuration}:{Code}";
}
