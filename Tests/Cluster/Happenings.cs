namespace OrleansTasks.Tests.Cluster;

/// <summary>Lets a test wait for what happens elsewhere, without asking again and again.</summary>
internal sealed class Happenings
{
    private TaskCompletionSource _next = New();

    /// <summary>Says that something has happened, from any thread.</summary>
    public void Note() => Interlocked.Exchange(ref _next, New()).SetResult();

    /// <summary>Waits until something is the case, which is looked at now and after each <see cref="Note"/>; the test's own timeout ends it.</summary>
    public async Task UntilAsync(Func<bool> isSo)
    {
        while (true)
        {
            // Before the look: what happens meanwhile counts.
            var next = Volatile.Read(ref _next).Task;
            if (isSo())
            {
                return;
            }

            await next.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
