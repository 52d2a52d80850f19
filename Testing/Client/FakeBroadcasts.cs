using System.Text.Json;

namespace OrleansTasks.Testing.Client;

/// <summary>Records and publishes the messages of a fake client.</summary>
/// <param name="time">The time.</param>
internal sealed class FakeBroadcasts(TimeProvider time)
{
    private readonly NotedList<BroadcastMessage> _sent = new();

    public FakeFeed<BroadcastMessage> Feed { get; } = new();

    /// <summary>Gets the messages that were sent with the client or by its tasks, without those that a test pushed.</summary>
    public IReadOnlyList<BroadcastMessage> Sent => _sent.All;

    /// <summary>Records a message, and publishes it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="task">The task that sends it. Null for none.</param>
    /// <param name="ct">A token that rejects the message if it is cancelled.</param>
    public Task SendAsync<T>(T message, string? task, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var sent = MessageOf(message, task);
        _sent.Add(sent);
        Feed.Push(sent);
        return Task.CompletedTask;
    }

    /// <summary>Publishes a message without recording it.</summary>
    public void Push<T>(T message, string? task) => Feed.Push(MessageOf(message, task));

    private BroadcastMessage MessageOf<T>(T message, string? task)
    {
        try
        {
            return new BroadcastMessage
            {
                Id = Guid.NewGuid(),
                SentAt = time.GetUtcNow(),
                Task = task,
                Json = TaskJson.Write(message, typeof(T)),
            };
        }
        catch (Exception e) when (e is NotSupportedException or JsonException or InvalidOperationException or ArgumentException)
        {
            throw new TaskArgumentException(null, "message", $"The broadcast ({typeof(T)}) cannot be written as JSON: {e.Message} "
                + "Send a type that System.Text.Json can write.");
        }
    }
}
