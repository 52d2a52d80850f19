namespace OrleansTasks.Runs;

/// <summary>
/// Defines the effects of a move. The run applies those that concern only itself; <see cref="Tasks.RunMoves"/> applies the others.
/// </summary>
[Flags]
internal enum RunEffects
{
    None = 0,

    /// <summary>Answers to earlier requests for the run are obsolete.</summary>
    OutdateAnswers = 1,

    /// <summary>No silo has the run any more.</summary>
    LeaveSilo = 2,

    /// <summary>The run's next attempt starts.</summary>
    BeginAttempt = 4,

    /// <summary>That attempt has not started after all.</summary>
    UndoAttempt = 8,

    /// <summary>A mark of the next attempt, which the partition may have stored, is obsolete.</summary>
    ForgetMark = 16,

    /// <summary>The run's places, in its task and in its group, become free.</summary>
    GiveBackPlaces = 32,

    /// <summary>The run joins the line of its task.</summary>
    JoinLine = 64,

    /// <summary>The timer ticks when the run is due, or when its deadline or expiry is reached.</summary>
    SetTimer = 128,
}

/// <summary>Queries effects.</summary>
internal static class RunEffectsExtensions
{
    /// <summary>
    /// Returns whether a set of effects contains an effect. <see cref="Enum.HasFlag"/> allocates two objects per call until its caller is
    /// compiled with full optimization.
    /// </summary>
    public static bool Has(this RunEffects effects, RunEffects effect) => (effects & effect) != 0;
}
