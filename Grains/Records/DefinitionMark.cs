namespace OrleansTasks.Records;

/// <summary>
/// Says who defined a task, apart from registrations at run time: a silo's code, configuration, or both. It is stored as one text, because
/// a registry may have a million tasks.
/// </summary>
/// <param name="Code">The fingerprint of the code's definition, or null if no code has defined it.</param>
/// <param name="Configuration">The fingerprint of what configuration says, or null if it says nothing.</param>
internal readonly record struct DefinitionMark(string? Code, string? Configuration)
{
    /// <summary>
    /// Stands for a definition by code that is not known here. It is no fingerprint, so silos with the code send their definition.
    /// </summary>
    public const string SomeCode = "code";

    private const string Prefix = "configuration:";

    /// <summary>Parses the mark that is stored with a task. The stored text is null for a task that was registered at run time.</summary>
    public static DefinitionMark Of(string? stored)
    {
        if (stored is null || !stored.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return new DefinitionMark(stored, null);
        }

        var colon = stored.IndexOf(':', Prefix.Length);
        return colon < 0
            ? new DefinitionMark(null, stored[Prefix.Length..])
            : new DefinitionMark(stored[(colon + 1)..], stored[Prefix.Length..colon]);
    }

    /// <summary>Returns the text that is stored.</summary>
    public override string? ToString() =>
        Configuration is null ? Code : Code is null ? Prefix + Configuration : $"{Prefix}{Configuration}:{Code}";
}
