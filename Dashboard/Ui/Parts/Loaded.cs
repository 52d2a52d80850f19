namespace OrleansTasks.Ui;

/// <summary>
/// Stores the last value that a page read from the cluster, and the error of the last request. An older response never replaces a newer
/// one.
/// </summary>
public sealed class Loaded<T>
    where T : class
{
    private int _asked;
    private int _answered;

    /// <summary>Gets the last value; null until there is one.</summary>
    public T? Value { get; private set; }

    /// <summary>Gets the error of the last request; null if it succeeded.</summary>
    public Problem? Problem { get; private set; }

    /// <summary>Gets a value indicating whether no request has completed yet.</summary>
    public bool IsNew => Value is null && Problem is null;

    internal int Begin() => ++_asked;

    internal void Take(int turn, T value)
    {
        if (turn > _answered)
        {
            (_answered, Value, Problem) = (turn, value, null);
        }
    }

    internal void Fail(int turn, Problem problem)
    {
        if (turn > _answered)
        {
            (_answered, Problem) = (turn, problem);
        }
    }

    /// <summary>Removes the value and the error, and ignores the responses to earlier requests.</summary>
    public void Clear() => (_answered, Value, Problem) = (_asked, null, null);
}
