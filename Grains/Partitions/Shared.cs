namespace OrleansTasks.Partitions;

/// <summary>
/// Returns one instance for equal values. Most of a million tasks share their handler, and many their schedule, with others.
/// </summary>
/// <param name="most">The maximum number of values that are known at a time.</param>
internal sealed class Shared<T>(int most)
    where T : class
{
    private readonly Dictionary<T, T> _known = [];

    public T? Of(T? value)
    {
        if (value is null)
        {
            return null;
        }

        if (_known.TryGetValue(value, out var known))
        {
            return known;
        }

        if (_known.Count >= most)
        {
            _known.Clear();
        }

        _known.Add(value, value);
        return value;
    }
}
