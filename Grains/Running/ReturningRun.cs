namespace OrleansTasks.Running;

/// <summary>The wait of a run under way for the place that it has lent.</summary>
internal sealed class ReturningRun : IPlaceTaker
{
    private readonly TaskCompletionSource _placed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when it has a place.</summary>
    public Task Placed => _placed.Task;

    public void OnPlace() => _placed.SetResult();
}
