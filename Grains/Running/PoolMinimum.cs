namespace OrleansTasks.Running;

/// <summary>
/// Decides the minimum number of threads of the pool. It adds one for each handler that holds its thread, so that the pool gets a thread at
/// once and not only one or two a second. It also adds one each time that the pool does not answer. The minimum is never below eight: on
/// two processors, two connections that are busy reading would delay timers by up to half a second. Pure.
/// </summary>
/// <param name="before">The pool's minimum before.</param>
internal sealed class PoolMinimum(int before)
{
    /// <summary>The number of consecutive answers that show that the pool needs no further threads.</summary>
    public const int CalmAnswers = 300;

    /// <summary>The smallest minimum.</summary>
    public const int Fewest = 8;

    // The number of threads that are held although no handler is seen to hold them, and the number of answers since the last one was found.
    private int _hidden;
    private int _answers;

    /// <summary>Gets whether the pool needs no additional threads.</summary>
    public bool IsAtRest => _hidden == 0;

    /// <summary>Records that the pool has answered in time.</summary>
    public void NoteAnswer() => _hidden = ++_answers >= CalmAnswers ? 0 : _hidden;

    /// <summary>Records that the pool has not answered in time.</summary>
    public void NoteSilence() => (_hidden, _answers) = (_hidden + 1, 0);

    /// <summary>Returns the minimum number of threads for the pool.</summary>
    /// <param name="blocking">How many handlers hold their threads.</param>
    /// <param name="most">The maximum number of threads to add.</param>
    public int Of(int blocking, int most) => Math.Max(before, Fewest) + Math.Min(most, blocking + _hidden);
}
