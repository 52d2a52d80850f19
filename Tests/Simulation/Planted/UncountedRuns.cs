using OrleansTasks.Running;

namespace OrleansTasks.Simulation;

internal sealed class UncountedRuns : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) => call.Method.Name == nameof(IRunnerService.PlacedInGroupAsync)
        ? Task.FromResult<IReadOnlyList<PlacedRun>>([])
        : base.Answer(call, target);
}
