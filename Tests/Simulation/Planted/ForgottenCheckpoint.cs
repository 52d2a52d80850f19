using OrleansTasks.Calls;

namespace OrleansTasks.Simulation;

internal sealed class ForgottenCheckpoint : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) => call.Method.Name == nameof(IPartition.SaveCheckpointAsync)
        && call.Arguments.Length == 4
            ? Task.FromResult(CheckpointReply.Stored)
            : base.Answer(call, target);
}
