using OrleansTasks.Calls;
using OrleansTasks.Records;

namespace OrleansTasks.Simulation;

internal sealed class EarlyDispatch : PlantedDefect
{
    private static readonly TimeSpan TooSoon = TimeSpan.FromSeconds(0.5);

    public override Task Answer(PendingCall call, object target)
    {
        if (call.Method.Name == nameof(IPartition.AddRunAsync) && call.Arguments[1] is StoredRun run)
        {
            call.Arguments[1] = run with { DueAt = run.DueAt - TooSoon };
        }

        return base.Answer(call, target);
    }
}
