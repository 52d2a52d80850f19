using OrleansTasks.Running;

namespace OrleansTasks.Partitions;

/// <summary>
/// Loads partitions into memory outside the grains' turns, so that the silo stays responsive. It loads no more partitions at a time than
/// there are processors, so that the first ones fire long before the last one is read.
/// </summary>
/// <param name="background">Runs the work.</param>
internal sealed class LoadingRoom(Background background) : IDisposable
{
    private readonly SemaphoreSlim _places = new(Environment.ProcessorCount);

    public async Task RunAsync(Action load)
    {
        await _places.WaitAsync();
        try
        {
            await background.RunAsync(load);
        }
        finally
        {
            _places.Release();
        }
    }

    public void Dispose() => _places.Dispose();
}
