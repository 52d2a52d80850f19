namespace OrleansTasks.Client.Feeds;

/// <summary>Decides for each result of one task whether it is the next one, one seen before, or one after a gap. Pure state, no I/O.</summary>
internal sealed class ResultSequencer
{
    private Guid _registry;
    private bool _started;

    /// <summary>The last sequence number that was passed on, or that preceded the subscription.</summary>
    public long Last { get; private set; }

    public enum Verdict
    {
        /// <summary>Pass it on; it was counted.</summary>
        Next,

        /// <summary>It was passed on before.</summary>
        Seen,

        /// <summary>Results between the last one and this were lost: fetch them, then offer this again.</summary>
        AfterGap,
    }

    /// <summary>Says that everything up to a number precedes the subscription.</summary>
    public void StartAfter(long sequence)
    {
        _started = true;
        Last = sequence;
    }

    /// <summary>Says that a result is to come, if nothing is known of its task yet.</summary>
    public void StartBefore(TaskResult result)
    {
        if (!_started)
        {
            StartAfter(result.Sequence - 1);
        }
    }

    /// <summary>Whether a result was passed on before; it is not counted.</summary>
    public bool HasSeen(TaskResult result) => _started && result.Sequence <= Last && !IsNewCount(result);

    /// <summary>Whether nothing lies between what was passed on and a result.</summary>
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

            // The cluster came up from nothing, with nothing stored, and counts from 1 again.
            (Last, _registry) = (0, result.Registry);
        }

        if (result.Sequence > Last + 1)
        {
            return Verdict.AfterGap;
        }

        Accept(result);
        return Verdict.Next;
    }

    /// <summary>Passes a result over a gap that could not be filled, and tells how many results that gap had.</summary>
    public long Skip(TaskResult result)
    {
        var missed = Math.Max(0, result.Sequence - Last - 1);
        Accept(result);
        return missed;
    }

    /// <summary>A number at or below the last one is an old result delivered again, unless another registry counts now.</summary>
    private bool IsNewCount(TaskResult result) => _registry != Guid.Empty && result.Registry != Guid.Empty && result.Registry != _registry;

    private void Accept(TaskResult result)
    {
        Last = result.Sequence;
        _registry = result.Registry != Guid.Empty ? result.Registry : _registry;
    }
}
