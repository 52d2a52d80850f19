using OrleansTasks.Policies;

namespace OrleansTasks.Tests.Unit;

/// <remarks>
/// Functions create the cases, since test runners call ToString on arguments, which does not end for some of these exceptions.
/// </remarks>
public sealed class CancellationTests
{
    private static readonly CancellationToken Stop = new(canceled: true);
    private static readonly OperationCanceledException Cancelled = new(Stop);

    public static TheoryData<string, Func<Exception>, bool> Cases => new()
    {
        { "itself", () => new OperationCanceledException(Stop), true },
        { "of another token", () => new TaskCanceledException(), true },
        { "Task.Wait", () => new AggregateException(new TaskCanceledException()), true },
        { "several", () => new AggregateException(Cancelled, new TaskCanceledException(), Cancelled), true },
        { "nested aggregates", () => new AggregateException(new AggregateException(Cancelled)), true },
        { "a library's own", () => new InvalidOperationException("cancelled", Cancelled), true },

        {
            "a library's own, deep", () => new InvalidOperationException("a", new IOException("b", new AggregateException(Cancelled))), true
        },
        { "a failure", () => new InvalidOperationException("no"), false },
        { "a failure inside", () => new InvalidOperationException("a", new IOException("b")), false },
        { "a failure beside", () => new AggregateException(Cancelled, new IOException("b")), false },
        { "HttpClient's timeout", () => new TaskCanceledException("timeout", new TimeoutException("100 s")), false },

        {
            "HttpClient's timeout, wrapped",
            () => new HttpRequestException("x", new TaskCanceledException("timeout", new TimeoutException("100 s"))), false
        },
        { "HttpClient's timeout by our token", () => new TaskCanceledException("timeout", new TimeoutException("100 s"), Stop), true },
        { "circle", () => Circle.Make(), false },
        { "an empty aggregate", () => new AggregateException(), false },
        { "many failures", () => new AggregateException(Enumerable.Range(0, 1000).Select(_ => new IOException())), false },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void IsCancellation_Wrapped_IsDetected(string what, Func<Exception> make, bool expected) =>
        Assert.True(Cancellations.IsCancellation(make(), Stop) == expected, what);
}
