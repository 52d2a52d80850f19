using OrleansTasks.Calls;

namespace OrleansTasks.Simulation;

internal sealed class UncheckedSaver : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) => call.Method.Name == nameof(ITaskEngine.SaveCheckpointAsync)
        && call.Arguments.Length == 3
            ? UnlessRefusedAsync(call.Invoke(target))
            : base.Answer(call, target);

    private static async Task UnlessRefusedAsync(Task saving)
    {
        try
        {
            await saving;
        }
        catch (CheckpointRefusedException)
        {
            // This is the defect: the attempt hears that its checkpoint is stored.
        }
    }
}
