namespace OrleansTasks.Simulation;

internal sealed class EarlyGap : PlantedDefect
{
    public override Task Answer(PendingCall call, object target) =>
        call.Method.Name == nameof(ITaskGrain.HistoryAsync)
            ? AnswerAsync((Task<ResultHistory>)base.Answer(call, target))
            : base.Answer(call, target);

    private static async Task<ResultHistory> AnswerAsync(Task<ResultHistory> history) =>
        await history with { FinalThrough = long.MaxValue };
}
