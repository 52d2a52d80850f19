namespace OrleansTasks.Cli.Doctor;

/// <summary>What was found.</summary>
/// <param name="Level">How bad it is.</param>
/// <param name="What">What was looked at.</param>
/// <param name="Says">What it is like.</param>
/// <param name="Mend">What to do; null if nothing.</param>
internal sealed record Finding(FindingLevel Level, string What, string Says, string? Mend = null);

/// <summary>How bad something is.</summary>
internal enum FindingLevel
{
    /// <summary>It is as it should be.</summary>
    Good,

    /// <summary>It is to be known, and may be meant.</summary>
    Note,

    /// <summary>It is to be mended.</summary>
    Mend,
}
