using OrleansTasks.Calls;

namespace OrleansTasks.Simulation;

internal sealed class ForgottenCallOff : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) => call.Method.Name == nameof(IPartition.CallOffRunsAsync)
        ? Task.FromResult<IReadOnlyList<RunId>>([])
        : base.Answer(call, target);
}
