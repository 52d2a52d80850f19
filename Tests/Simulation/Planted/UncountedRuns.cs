using OrleansTasks.Running;

namespace OrleansTasks.Simulation;

internal sealed class UncountedRuns : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) => call.Method.Name == nameof(IRunnerService.HoldingOfGroupAsync)
        ? Task.FromResult<IReadOnlyList<RunId>>([])
        : base.Answer(call, target);
}
