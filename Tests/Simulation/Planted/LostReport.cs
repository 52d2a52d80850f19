using OrleansTasks.Calls;

namespace OrleansTasks.Simulation;

internal sealed class LostReport : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) => call.Method.Name == nameof(ITaskEngine.ReportAsync)
        ? Task.CompletedTask
        : base.Answer(call, target);
}
