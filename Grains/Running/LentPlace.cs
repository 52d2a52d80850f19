namespace OrleansTasks.Running;

/// <summary>The place of a run on its silo: given back while its handler does nothing but wait for other runs, and taken again afterwards, before any run that has not begun.</summary>
/// <param name="give">Gives a place back.</param>
/// <param name="take">Takes a place; ends when there is one.</param>
internal sealed class LentPlace(Action give, Func<Task> take)
{
    private readonly Lock _gate = new();
    private int _waits;
    private bool _isHeld = true;
    private bool _isOver;
    private Task? _returning;

    /// <summary>The place of every run that never lent its own and is over: code that it left behind has none to lend.</summary>
    public static LentPlace Over { get; } = MakeOver();

    /// <summary>Says that the handler waits for one run more.</summary>
    /// <returns>False if the run is over: code that it left behind has no place.</returns>
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

    /// <summary>Says that one wait has ended; with the last one, ends when there is a place again.</summary>
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

    /// <summary>Says that the run is over.</summary>
    /// <returns>Whether it has its place, which is to be given back.</returns>
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
        // Not within the lock of who calls.
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
