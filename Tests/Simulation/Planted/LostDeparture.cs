namespace OrleansTasks.Simulation;

internal sealed class LostDeparture : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) => call.Method.Name == nameof(IPartition.DetachAsync)
        ? Task.CompletedTask
        : base.Answer(call, target);
}
