namespace OrleansTasks.Partitions;

/// <summary>Gives equal values one instance: of a million tasks most have their handler, and many their schedule, in common with others.</summary>
/// <param name="most">So many values are known at a time.</param>
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
