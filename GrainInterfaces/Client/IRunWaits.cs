namespace OrleansTasks.Client;

/// <summary>
/// Is notified when code waits for a run or a batch. On a silo that code may be a handler, whose own run then only waits.
/// </summary>
internal interface IRunWaits
{
    /// <summary>Starts a wait.</summary>
    /// <param name="target">The run to wait for, or null if it is a batch.</param>
    /// <param name="batch">The batch to wait for, or null if it is a run.</param>
    /// <returns>The wait, which the caller must dispose. Null if the code does not belong to a handler.</returns>
    IRunWait? Begin(RunId? target, Guid? batch = null);
}

/// <summary>Represents a handler's wait for a run or a batch. Disposing it ends the wait.</summary>
internal interface IRunWait : IAsyncDisposable
{
    /// <summary>Gets a token that is cancelled when it is detected that the wait cannot end.</summary>
    CancellationToken Hopeless { get; }

    /// <summary>Gets why it cannot end, or null if that was not detected.</summary>
    Exception? Failure { get; }
}
