namespace OrleansTasks.Client.Feeds;

/// <summary>
/// Decides for each result of one task whether it is the next one, a repeated one, or one after a gap. Pure state, no I/O.
/// </summary>
internal sealed class ResultSequencer
{
    private Guid _registry;
    private bool _started;

    /// <summary>Gets the last sequence number that was passed on, or that preceded the subscription.</summary>
    public long Last { get; private set; }

    public enum Verdict
    {
        /// <summary>The result is counted and must be passed on.</summary>
        Next,

        /// <summary>The result was passed on before.</summary>
        Seen,

        /// <summary>Results between the last one and this were lost. The caller must fetch them, and then offer this one again.</summary>
        AfterGap,
    }

    /// <summary>Sets the number up to which all results precede the subscription.</summary>
    public void StartAfter(long sequence)
    {
        _started = true;
        Last = sequence;
    }

    /// <summary>Makes a result the next one, if nothing is known of its task yet.</summary>
    public void StartBefore(TaskResult result)
    {
        if (!_started)
        {
            StartAfter(result.Sequence - 1);
        }
    }

    /// <summary>Decides whether a result was passed on before, without counting it.</summary>
    public bool HasSeen(TaskResult result) => _started && result.Sequence <= Last && !IsNewCount(result);

    /// <summary>Decides whether a result directly follows those that were passed on.</summary>
    public bool IsNext(TaskResult result) => !_started || result.Sequence <= Last + 1;

    public Verdict Offer(TaskResult result)
    {
        if (!_started)
        {
            StartAfter(result.Sequence - 1);
        }

        if (result.Sequence <= Last)
        {
            if (!IsNewCount(result))
            {
                return Verdict.Seen;
            }

            // The cluster has started from nothing, without stored data, and counts from 1 again.
            (Last, _registry) = (0, result.Registry);
        }

        if (result.Sequence > Last + 1)
        {
            return Verdict.AfterGap;
        }

        Accept(result);
        return Verdict.Next;
    }

    /// <summary>Passes a result on over a gap that could not be filled, and returns the number of results in that gap.</summary>
    public long Skip(TaskResult result)
    {
        var missed = Math.Max(0, result.Sequence - Last - 1);
        Accept(result);
        return missed;
    }

    /// <summary>
    /// Decides whether another registry counts now. Otherwise a number at or below the last one is an old result that was delivered again.
    /// </summary>
    private bool IsNewCount(TaskResult result) => _registry != Guid.Empty && result.Registry != Guid.Empty && result.Registry != _registry;

    private void Accept(TaskResult result)
    {
        Last = result.Sequence;
        _registry = result.Registry != Guid.Empty ? result.Registry : _registry;
    }
}
