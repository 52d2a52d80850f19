namespace OrleansTasks;

/// <summary>A subscription that is in force. Enumerate it once; disposing it ends the enumeration and the subscription.</summary>
/// <typeparam name="T">The item's type.</typeparam>
public interface ITaskSubscription<out T> : IAsyncEnumerable<T>, IAsyncDisposable;
