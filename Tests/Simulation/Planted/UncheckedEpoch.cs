using OrleansTasks.Calls;
using OrleansTasks.Records;

namespace OrleansTasks.Simulation;

internal sealed class UncheckedEpoch : PlantedDefect
{
    private readonly Dictionary<string, long> _present = new(StringComparer.Ordinal);

    public override Task Answer(PendingCall call, object target)
    {
        if (call.Method.Name == nameof(IPartition.AttachAsync))
        {
            return AttachAsync((string)call.Arguments[0]!, call.Invoke(target));
        }

        var place = Array.FindIndex(call.Method.GetParameters(), static p => p.Name == "epoch");
        if (place >= 0 && call.Arguments.Select(TaskOf).FirstOrDefault(static t => t is not null) is { } task
            && _present.TryGetValue(task, out var epoch))
        {
            call.Arguments[place] = epoch;
        }
        else if (call.Arguments is [OccurrenceClaim[] claims])
        {
            call.Arguments[0] = Array.ConvertAll(claims, c => c with { Epoch = _present.GetValueOrDefault(c.Task, c.Epoch) });
        }

        return base.Answer(call, target);
    }

    private static string? TaskOf(object? argument) => argument switch
    {
        string task => task,
        RunId run => run.Task,
        StoredRun run => run.RunId.Task,
        _ => null,
    };

    private async Task<Briefing> AttachAsync(string task, Task attaching)
    {
        var briefing = await (Task<Briefing>)attaching;
        _present[task] = briefing.Epoch;
        return briefing;
    }
}
