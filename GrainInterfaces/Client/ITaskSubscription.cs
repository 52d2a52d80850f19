namespace OrleansTasks;

/// <summary>Represents an active subscription. Enumerate it once. Disposing it ends the enumeration and the subscription.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public interface ITaskSubscription<out T> : IAsyncEnumerable<T>, IAsyncDisposable;
