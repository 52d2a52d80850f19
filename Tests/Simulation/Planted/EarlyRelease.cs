using OrleansTasks.Calls;

namespace OrleansTasks.Simulation;

internal sealed class EarlyRelease : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) =>
        call.Method.Name == nameof(IPartition.FinishAsync) ? FinishAsync(call, (IPartition)target) : base.Answer(call, target);

    private static async Task FinishAsync(PendingCall call, IPartition partition)
    {
        var (task, epoch, results) = ((string)call.Arguments[0]!, (long)call.Arguments[1]!, (IReadOnlyList<TaskResult>)call.Arguments[2]!);
        await partition.FinishAsync(task, epoch, results);
        await partition.ReleaseAsync(task, epoch, [.. results.Select(static r => r.RunId.Value)]);
    }
}
