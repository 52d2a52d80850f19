using OrleansTasks.Calls;

namespace OrleansTasks.Simulation;

internal sealed class UnaskedOrders : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) => call.Method.Name == nameof(ITaskEngine.ConfirmOrderAsync)
        ? Task.FromResult(true)
        : base.Answer(call, target);
}
