using OrleansTasks.Calls;

namespace OrleansTasks.Simulation;

internal sealed class ForgottenStart : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) => call.Method.Name == nameof(IPartition.MarkStartedAsync)
        ? Task.FromResult(true)
        : base.Answer(call, target);
}
