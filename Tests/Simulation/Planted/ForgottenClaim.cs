using OrleansTasks.Calls;

namespace OrleansTasks.Simulation;

internal sealed class ForgottenClaim : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) => call.Method.Name == nameof(IPartition.ClaimAsync)
        ? Task.FromResult(Array.ConvertAll((OccurrenceClaim[])call.Arguments[0]!, static _ => new ClaimReply(false, null)))
        : base.Answer(call, target);
}
