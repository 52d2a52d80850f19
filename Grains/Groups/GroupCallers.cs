namespace OrleansTasks.Groups;

/// <summary>Keeps the calls that wait for a place, one for each run: the last call for it.</summary>
/// <param name="pauses">The clock for waits.</param>
internal sealed class GroupCallers(TimeProvider pauses)
{
    /// <summary>How long a call waits before the caller has to repeat it.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Dictionary<Guid, TaskCompletionSource<bool>> _calls = [];

    /// <summary>Waits for an answer, up to a limit. Ends the wait of an earlier call for the run.</summary>
    /// <returns>Whether the run has a place; null if there was no answer.</returns>
    public async Task<bool?> WaitAsync(Guid run)
    {
        // The answer to the earlier call was lost.
        Answer(run, hasPlace: false);

        // The answer comes on a turn of the grain too.
        var answer = new TaskCompletionSource<bool>();
        _calls[run] = answer;
        try
        {
            return await answer.Task.WaitAsync(Patience, pauses);
        }
        catch (TimeoutException)
        {
            if (answer.Task.IsCompleted)
            {
                // The answer came at the same moment.
                return await answer.Task;
            }

            _calls.Remove(run);
            return null;
        }
    }

    /// <summary>Answers the call that waits for a run, if there is one.</summary>
    public void Answer(Guid run, bool hasPlace)
    {
        if (_calls.Remove(run, out var call))
        {
            call.TrySetResult(hasPlace);
        }
    }
}
