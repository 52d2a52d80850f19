namespace OrleansTasks.Groups;

/// <summary>The calls that wait for a place, one for each run: the last one that was made for it.</summary>
/// <param name="pauses">The clock of waits.</param>
internal sealed class GroupCallers(TimeProvider pauses)
{
    /// <summary>How long a call waits before it is to be made again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private readonly Dictionary<Guid, TaskCompletionSource<bool>> _calls = [];

    /// <summary>Waits a while to be answered; a call that was made for the run before is not waited for any more.</summary>
    /// <returns>Whether the run has a place; null if nobody has answered.</returns>
    public async Task<bool?> WaitAsync(Guid run)
    {
        // The answer to the earlier call was lost.
        Answer(run, hasPlace: false);

        // Whoever answers it is on a turn of the grain too.
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
                // It came in the same moment.
                return await answer.Task;
            }

            _calls.Remove(run);
            return null;
        }
    }

    /// <summary>Answers the call that waits for a run, if one does.</summary>
    public void Answer(Guid run, bool hasPlace)
    {
        if (_calls.Remove(run, out var call))
        {
            call.TrySetResult(hasPlace);
        }
    }
}
