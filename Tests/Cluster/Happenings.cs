using System.Runtime.CompilerServices;

namespace OrleansTasks.Tests.Cluster;

/// <summary>Lets a test wait for events elsewhere without polling.</summary>
internal sealed class Happenings
{
    /// <summary>
    /// A wait without any event fails after this time, so that the message can name what is missing. The test's own timeout cannot name it.
    /// </summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(50);

    private TaskCompletionSource _next = New();

    /// <summary>Records an event, from any thread.</summary>
    public void Note() => Interlocked.Exchange(ref _next, New()).SetResult();

    /// <summary>Waits until a condition holds, and checks it now and after each <see cref="Note"/>.</summary>
    /// <param name="isSo">The condition.</param>
    /// <param name="what">The condition in words, for the message of a failure.</param>
    public async Task UntilAsync(Func<bool> isSo, [CallerArgumentExpression(nameof(isSo))] string what = "")
    {
        while (true)
        {
            // Read this before the check, so that an event during the check counts.
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
