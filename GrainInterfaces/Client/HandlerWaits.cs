namespace OrleansTasks.Client;

/// <summary>Waits for a run as a handler does: its place is lent meanwhile, and a wait that cannot end is an error.</summary>
internal static class HandlerWaits
{
    public static Task<T> WaitAsync<T>(this IRunWaits? waits, RunId? target, Func<CancellationToken, Task<T>> wait, CancellationToken ct,
        Guid? batch = null) =>
        waits?.Begin(target, batch) is { } begun ? WaitAsync(begun, wait, ct) : wait(ct);

    private static async Task<T> WaitAsync<T>(IRunWait begun, Func<CancellationToken, Task<T>> wait, CancellationToken ct)
    {
        await using (begun.ConfigureAwait(false))
        {
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, begun.Hopeless);
            try
            {
                return await wait(either.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (begun.Failure is not null && !ct.IsCancellationRequested)
            {
                throw begun.Failure;
            }
        }
    }
}
