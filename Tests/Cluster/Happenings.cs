using System.Runtime.CompilerServices;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Lets a test wait for what happens elsewhere, without asking again and again.</summary>
internal sealed class Happenings
{
    /// <summary>A wait without any happening ends after this long, so that the test can say what did not come; its own timeout cannot.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(50);

    private TaskCompletionSource _next = New();

    /// <summary>Says that something has happened, from any thread.</summary>
    public void Note() => Interlocked.Exchange(ref _next, New()).SetResult();

    /// <summary>Waits until something is the case, which is looked at now and after each <see cref="Note"/>; the test's own timeout ends it.</summary>
    /// <param name="isSo">What is waited for.</param>
    /// <param name="what">What is waited for, in words; a test that waits in vain says it.</param>
    public async Task UntilAsync(Func<bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "")
    {
        while (true)
        {
            // Before the look: what happens meanwhile counts.
            var next = Volatile.Read(ref _next).Task;
            if (isSo())
            {
                return;
            }

            try
            {
                await next.WaitAsync(Limit, TestContext.Current.CancellationToken);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"For {Limit.TotalSeconds} s nothing has happened, and there was still to come: {what}.");
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
