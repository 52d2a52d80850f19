using OrleansTasks.Calls;

namespace OrleansTasks.Simulation;

internal sealed class ShortPause : PlantedDefect
{
    private static readonly TimeSpan TooShort = TimeSpan.FromSeconds(0.3);

    public override Task Answer(PendingCall call, object target)
    {
        if (call.Method.Name == nameof(IPartition.SetStateAsync) && call.Arguments[2] is TaskState.Paused)
        {
            call.Arguments[4] = call.To!.Time.GetUtcNow() + TooShort;
        }

        return base.Answer(call, target);
    }
}
