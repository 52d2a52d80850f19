namespace OrleansTasks.Running;

/// <summary>
/// Manages the place of a run on its silo. The place is released while the handler only waits for other runs, and taken again afterwards,
/// before any run that has not started.
/// </summary>
/// <param name="give">Releases a place.</param>
/// <param name="take">Takes a place. Its task ends when there is one.</param>
internal sealed class LentPlace(Action give, Func<Task> take)
{
    private readonly Lock _gate = new();
    private int _waits;
    private bool _isHeld = true;
    private bool _isOver;
    private Task? _returning;

    /// <summary>
    /// Gets the place of every run that has ended and never lent its own. Code that such a run left behind has no place to lend.
    /// </summary>
    public static LentPlace Over { get; } = MakeOver();

    /// <summary>Records that the handler waits for one more run.</summary>
    /// <returns>False if the run has ended. Code that it left behind has no place.</returns>
    public bool Begin()
    {
        lock (_gate)
        {
            if (_isOver)
            {
                return false;
            }

            if (++_waits > 1 || !_isHeld)
            {
                return true;
            }

            _isHeld = false;
        }

        give();
        return true;
    }

    /// <summary>Records that one wait has ended. After the last wait, the task ends when there is a place again.</summary>
    public Task EndAsync()
    {
        lock (_gate)
        {
            if (--_waits > 0 || _isOver || _isHeld)
            {
                return Task.CompletedTask;
            }

            return _returning ??= ReturnAsync();
        }
    }

    /// <summary>Records that the run has ended.</summary>
    /// <returns>Whether the run has its place, which the caller must release.</returns>
    public bool Finish()
    {
        lock (_gate)
        {
            _isOver = true;
            return _isHeld;
        }
    }

    private static LentPlace MakeOver()
    {
        var place = new LentPlace(static () => { }, static () => Task.CompletedTask);
        place.Finish();
        return place;
    }

    private async Task ReturnAsync()
    {
        // Leaves the caller's lock first.
        await Task.Yield();
        await take().ConfigureAwait(false);
        bool isNeeded;
        lock (_gate)
        {
            _returning = null;
            isNeeded = _isHeld = _waits == 0 && !_isOver;
        }

        if (!isNeeded)
        {
            give();
        }
    }
}
