namespace OrleansTasks.Running;

/// <summary>Represents a running run that waits for the place that it has lent.</summary>
internal sealed class ReturningRun : IPlaceTaker
{
    private readonly TaskCompletionSource _placed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Gets a task that ends when the run has a place.</summary>
    public Task Placed => _placed.Task;

    public void OnPlace() => _placed.SetResult();
}
