using OrleansTasks.Calls;
using OrleansTasks.Runs;

namespace OrleansTasks.Simulation;

internal sealed class PlaceTwice : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) => call.Method.Name == nameof(IRunGroupEngine.AcquireAsync)
        ? AcquireAsync((IRunGroupEngine)target, (RunId)call.Arguments[0]!, (RunPriority)call.Arguments[1]!, (PlaceMark)call.Arguments[2]!)
        : base.Answer(call, target);

    private static async Task<bool> AcquireAsync(IRunGroupEngine group, RunId run, RunPriority priority, PlaceMark mark)
    {
        var hasPlace = await group.AcquireAsync(run, priority, mark);
        if (hasPlace)
        {
            await group.ReleaseAsync(run, unused: false, mark);
        }

        return hasPlace;
    }
}
