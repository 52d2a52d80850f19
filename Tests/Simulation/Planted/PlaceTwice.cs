using OrleansTasks.Calls;

namespace OrleansTasks.Simulation;

internal sealed class PlaceTwice : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) => call.Method.Name == nameof(IRunGroupEngine.AcquireAsync)
        ? AcquireAsync((IRunGroupEngine)target, (RunId)call.Arguments[0]!, (RunPriority)call.Arguments[1]!, (long)call.Arguments[2]!)
        : base.Answer(call, target);

    private static async Task<bool> AcquireAsync(IRunGroupEngine group, RunId run, RunPriority priority, long term)
    {
        var hasPlace = await group.AcquireAsync(run, priority, term);
        if (hasPlace)
        {
            await group.ReleaseAsync(run, unused: false, term);
        }

        return hasPlace;
    }
}
