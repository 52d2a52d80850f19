namespace OrleansTasks.Simulation;

/// <param name="ofBatches">True to repeat the continuations of batches, false to repeat those of runs.</param>
internal sealed class FollowedTwice(bool ofBatches) : PlantedDefect
{
    private readonly HashSet<Guid> _doubled = [];

    public override Task Answer(PendingCall call, object target) =>
        call.Method.Name == nameof(ITaskGrain.DispatchAsync) && call.Arguments[0] is DispatchRequest request
            && (ofBatches ? request.FollowsBatch : request.Parent is not null) && _doubled.Add(request.Id)
            ? DispatchAsync((ITaskGrain)target, request)
            : base.Answer(call, target);

    private static async Task<RunId> DispatchAsync(ITaskGrain task, DispatchRequest request)
    {
        await task.DispatchAsync(request with { Id = RunId.Of(request.Id.ToString(), DateTimeOffset.UnixEpoch).Value, Options = null });
        return await task.DispatchAsync(request);
    }
}
