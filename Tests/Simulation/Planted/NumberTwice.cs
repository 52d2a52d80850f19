using OrleansTasks.Calls;

namespace OrleansTasks.Simulation;

internal sealed class NumberTwice : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) => call.Method.Name == nameof(IPartition.ReserveAsync)
        ? Task.CompletedTask
        : base.Answer(call, target);
}
