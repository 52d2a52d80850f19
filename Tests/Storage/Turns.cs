namespace OrleansTasks.Tests.Storage;

/// <summary>Runs a test as turns of one grain: one at a time, interleaved at awaits.</summary>
internal static class Turns
{
    public static Task RunAsync(Func<Task> test)
        => Task.Factory.StartNew(test, CancellationToken.None, TaskCreationOptions.None,
            new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap();
}
