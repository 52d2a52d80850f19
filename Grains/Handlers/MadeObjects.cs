namespace OrleansTasks.Handlers;

/// <summary>Collects the objects that were created for one run, to dispose them after it, the last one first.</summary>
internal sealed class MadeObjects
{
    private List<object>? _made;

    public void Add(object made) => (_made ??= []).Add(made);

    /// <summary>
    /// Disposes all objects. An exception of a disposal is recorded with the run: rethrown, it would replace the result or the exception of
    /// the handler.
    /// </summary>
    public async ValueTask DisposeAsync(TaskRunContext run)
    {
        for (var n = (_made?.Count ?? 0) - 1; n >= 0; n--)
        {
            await DisposeAsync(_made![n], run).ConfigureAwait(false);
        }
    }

    /// <summary>Disposes one object in the same way.</summary>
    public static async ValueTask DisposeAsync(object made, TaskRunContext run)
    {
        try
        {
            if (made is IAsyncDisposable disposable)
            {
                await disposable.DisposeAsync().ConfigureAwait(false);
            }
            else
            {
                (made as IDisposable)?.Dispose();
            }
        }
        catch (Exception e)
        {
            run.DisposalFault ??= e;
        }
    }
}
