namespace OrleansTasks.Running;

/// <summary>
/// Decides how many threads the pool has at least: one more for each handler that holds its thread, so that a thread is added at once and not by one or two a second, and one more
/// each time that the pool does not answer. Never fewer than eight: on two processors, two connections that are busy reading would keep timers waiting for up to half a second. Pure.
/// </summary>
/// <param name="before">How many the pool had at least before.</param>
internal sealed class PoolMinimum(int before)
{
    /// <summary>How many answers in a row show that the pool does without further threads.</summary>
    public const int CalmAnswers = 300;

    /// <summary>The fewest threads.</summary>
    public const int Fewest = 8;

    // Threads that are held where no handler is seen to hold them; and the answers since there was the last one.
    private int _hidden;
    private int _answers;

    /// <summary>Whether there is nothing to make up for.</summary>
    public bool IsAtRest => _hidden == 0;

    /// <summary>The pool has answered in time.</summary>
    public void NoteAnswer() => _hidden = ++_answers >= CalmAnswers ? 0 : _hidden;

    /// <summary>The pool has not answered in time.</summary>
    public void NoteSilence() => (_hidden, _answers) = (_hidden + 1, 0);

    /// <summary>How many threads the pool is to have at least.</summary>
    /// <param name="blocking">How many handlers hold their threads.</param>
    /// <param name="most">No more than so many are added.</param>
    public int Of(int blocking, int most) => Math.Max(before, Fewest) + Math.Min(most, blocking + _hidden);
}
