namespace OrleansTasks.Cli.Doctor;

/// <summary>Represents the result of a check.</summary>
/// <param name="Level">The severity.</param>
/// <param name="What">The thing that was checked.</param>
/// <param name="Says">The state of the thing.</param>
/// <param name="Mend">What to do, or null if nothing.</param>
internal sealed record Finding(FindingLevel Level, string What, string Says, string? Mend = null);

/// <summary>Specifies the severity of a result.</summary>
internal enum FindingLevel
{
    /// <summary>The state is as expected.</summary>
    Good,

    /// <summary>The state may be intended, but the user should know about it.</summary>
    Note,

    /// <summary>The state is a problem to fix.</summary>
    Mend,
}
