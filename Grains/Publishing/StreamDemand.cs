namespace OrleansTasks;

/// <summary>
/// Whether somebody wants the result stream of a task. A stream with few results is always served; that of a busy task is looked up
/// four times a second, so that a hundred thousand results a second need not travel to nobody.
/// </summary>
internal sealed class StreamDemand(Func<StreamId, Task<int>> countConsumers, TimeProvider time)
{
    private const int Busy = 100;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(250);
    private long _since = time.GetTimestamp();
    private int _count;
    private volatile bool _wanted = true;
    private bool _asking;

    /// <summary>Counts results that are to be published now, and tells whether they should be.</summary>
    public bool IsWanted(StreamId stream, int results)
    {
        _count += results;
        if (time.GetElapsedTime(_since) >= Period)
        {
            if (_count < Busy)
            {
                _wanted = true;
            }
            else if (!_asking)
            {
                _asking = true;
                _ = AskAsync(stream);
            }

            (_since, _count) = (time.GetTimestamp(), 0);
        }

        return _wanted;
    }

    /// <summary>Serves the stream at least until the next look.</summary>
    public void Want() => _wanted = true;

    private async Task AskAsync(StreamId stream)
    {
        try
        {
            _wanted = await countConsumers(stream).ConfigureAwait(false) > 0;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _wanted = true;
        }
        finally
        {
            _asking = false;
        }
    }
}
