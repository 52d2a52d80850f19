using OrleansTasks.Policies;

namespace OrleansTasks.Simulation;

/// <summary>Adds continuations: to every run of some tasks, and to some dispatched runs.</summary>
internal sealed class ContinuationLoad : Load
{
    private readonly FollowLoad _follow;
    private readonly Dictionary<string, IReadOnlyList<Continuation>> _ofTasks = new(StringComparer.Ordinal);

    public ContinuationLoad(SimClient client, FollowLoad follow)
        : base(client)
    {
        _follow = follow;
        if (World.Happens(0.7))
        {
            _ofTasks["t1"] = [FollowLoad.Some(World)];
        }
    }

    public override TaskPlan Shape(TaskPlan task) =>
        _ofTasks.TryGetValue(task.Name, out var then) ? task with { Options = task.Options with { Then = then } } : task;

    public override DispatchOptions Shape(DispatchOptions options) =>
        World.Happens(0.3) ? options with { Then = [FollowLoad.Some(World)] } : options;

    public override void Judge(Judgement judgement)
    {
        foreach (var said in judgement.Said)
        {
            foreach (var result in said.Results)
            {
                foreach (var (_, request) in Followers.Of(result, _ofTasks.GetValueOrDefault(said.Task),
                    Truth.Then.GetValueOrDefault(result.RunId)))
                {
                    _follow.Expect(request.Id, $"{result.RunId}, which {result.Status}", result.FinishedAt);
                }
            }
        }
    }
}
