using OrleansTasks.Running;
using OrleansTasks.Runs;

namespace OrleansTasks.Simulation;

internal sealed class UnaskedOrphans : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) => call.Method.Name == nameof(IRunnerService.HoldingAsync)
        ? Task.FromResult<IReadOnlyList<HeldRun>>([])
        : base.Answer(call, target);
}
