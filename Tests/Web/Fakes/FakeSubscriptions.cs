using System.Threading.Channels;
using OrleansTasks.Client;

namespace OrleansTasks.Tests.Web;

/// <summary>Contains the subscriptions of one kind to a fake cluster.</summary>
/// <param name="gate">The lock of the cluster.</param>
/// <param name="waits">Is checked when a subscription begins or ends.</param>
internal sealed class FakeSubscriptions<T>(Lock gate, AwaitedStates waits)
{
    private readonly List<(string? Task, Channel<T> Items)> _entries = [];

    public int Count => _entries.Count;

    /// <summary>Gives an item to the subscribers to its task and to those to all tasks.</summary>
    public void Push(T item, string? task)
    {
        lock (gate)
        {
            _entries.Where(e => e.Task is null || e.Task == task).ToList().ForEach(e => e.Items.Writer.TryWrite(item));
        }
    }

    /// <summary>Adds a subscriber, which first gets earlier items.</summary>
    public ITaskSubscription<T> Subscribe(string? task, IEnumerable<T> earlier)
    {
        var entry = (task, Items: Channel.CreateUnbounded<T>());
        lock (gate)
        {
            earlier.ToList().ForEach(i => entry.Items.Writer.TryWrite(i));
            _entries.Add(entry);
            waits.Check();
        }

        return new TaskSubscription<T>(entry.Items.Reader.ReadAllAsync, () =>
        {
            lock (gate)
            {
                _entries.Remove(entry);
                waits.Check();
            }

            return ValueTask.CompletedTask;
        });
    }

    /// <summary>Ends every subscription with an error.</summary>
    public void Break(Exception error) => _entries.ForEach(e => e.Items.Writer.TryComplete(error));
}
