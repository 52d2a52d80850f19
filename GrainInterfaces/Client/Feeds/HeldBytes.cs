using OrleansTasks.Grains;

namespace OrleansTasks.Client.Feeds;

/// <summary>Counts the bytes of all results, of any tasks, that one subscriber holds until earlier ones have arrived.</summary>
/// <param name="most">The maximum that it may hold.</param>
internal sealed class HeldBytes(long most)
{
    private long _bytes;

    /// <summary>Gets whether it holds too much.</summary>
    public bool IsOver => _bytes > most;

    /// <summary>Adds a result that is held from now on.</summary>
    /// <param name="result">The result.</param>
    public void Add(TaskResult result) => _bytes += AnswerPage.SizeOf(result);

    /// <summary>Removes a result that is no longer held.</summary>
    /// <param name="result">The result.</param>
    public void Remove(TaskResult result) => _bytes -= AnswerPage.SizeOf(result);
}
