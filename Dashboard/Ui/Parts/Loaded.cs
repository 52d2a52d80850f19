namespace OrleansTasks.Ui;

/// <summary>Something that a page asked the cluster for: the last answer, and what was wrong with the last question. An older answer never replaces a newer one.</summary>
public sealed class Loaded<T>
    where T : class
{
    private int _asked;
    private int _answered;

    /// <summary>The last answer; null until there is one.</summary>
    public T? Value { get; private set; }

    /// <summary>What was wrong the last time; null if nothing was.</summary>
    public Problem? Problem { get; private set; }

    /// <summary>Whether nothing came yet, neither answer nor problem.</summary>
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

    /// <summary>Forgets what came, as for another question.</summary>
    public void Clear() => (_answered, Value, Problem) = (_asked, null, null);
}
