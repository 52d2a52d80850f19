using OrleansTasks.Grains;

namespace OrleansTasks.Client.Feeds;

/// <summary>The bytes of all results that one subscriber holds until earlier ones are there, of whatever tasks.</summary>
/// <param name="most">The most that it may hold.</param>
internal sealed class HeldBytes(long most)
{
    private long _bytes;

    /// <summary>Whether it holds too much.</summary>
    public bool IsOver => _bytes > most;

    /// <summary>Counts a result that is held from now on.</summary>
    /// <param name="result">The result.</param>
    public void Add(TaskResult result) => _bytes += AnswerPage.SizeOf(result);

    /// <summary>Counts that a result is not held any more.</summary>
    /// <param name="result">The result.</param>
    public void Remove(TaskResult result) => _bytes -= AnswerPage.SizeOf(result);
}
