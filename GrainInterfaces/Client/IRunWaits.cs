namespace OrleansTasks.Client;

/// <summary>Is told when code waits for a run or a batch. On a silo that code may be a handler, whose own run then does nothing but wait.</summary>
internal interface IRunWaits
{
    /// <summary>Says that a wait begins.</summary>
    /// <param name="target">The run that is waited for; null if it is a batch.</param>
    /// <param name="batch">The batch that is waited for; null if it is a run.</param>
    /// <returns>The wait, to be ended; null if the code is no handler's.</returns>
    IRunWait? Begin(RunId? target, Guid? batch = null);
}

/// <summary>A handler's wait for a run or a batch, until it is disposed.</summary>
internal interface IRunWait : IAsyncDisposable
{
    /// <summary>Cancelled when it is found that the wait cannot end.</summary>
    CancellationToken Hopeless { get; }

    /// <summary>Why it cannot end; null while that was not found.</summary>
    Exception? Failure { get; }
}
