namespace OrleansTasks.Handlers;

/// <summary>What was made for one run, to be disposed after it, the last first.</summary>
internal sealed class MadeObjects
{
    private List<object>? _made;

    public void Add(object made) => (_made ??= []).Add(made);

    /// <summary>Disposes all of it. What a disposal throws is noted with the run: thrown on, it would take the place of what the handler returned or threw.</summary>
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
