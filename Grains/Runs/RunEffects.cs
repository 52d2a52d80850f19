namespace OrleansTasks.Runs;

/// <summary>What has to be done when a run has moved. The run does what concerns itself alone; <see cref="Tasks.RunMoves"/> does the rest.</summary>
[Flags]
internal enum RunEffects
{
    None = 0,

    /// <summary>Answers to what was asked for the run before are of no use any more.</summary>
    OutdateAnswers = 1,

    /// <summary>No silo has it any more.</summary>
    LeaveSilo = 2,

    /// <summary>Its next attempt begins.</summary>
    BeginAttempt = 4,

    /// <summary>That attempt has not begun after all.</summary>
    UndoAttempt = 8,

    /// <summary>What its partition may have noted of its next attempt counts no more.</summary>
    ForgetMark = 16,

    /// <summary>Its places, that of its task and that in its group, are free.</summary>
    GiveBackPlaces = 32,

    /// <summary>It stands in the line of its task.</summary>
    JoinLine = 64,

    /// <summary>The timer ticks when it is due, or is to be given up.</summary>
    SetTimer = 128,
}

/// <summary>Asks for effects.</summary>
internal static class RunEffectsExtensions
{
    /// <summary>Whether an effect is among some. <see cref="Enum.HasFlag"/> makes two objects for each question until its caller is compiled for good.</summary>
    public static bool Has(this RunEffects effects, RunEffects effect) => (effects & effect) != 0;
}
