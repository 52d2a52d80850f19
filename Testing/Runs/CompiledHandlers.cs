using System.Runtime.CompilerServices;
using OrleansTasks.Handlers;

namespace OrleansTasks.Testing.Runs;

/// <summary>The handlers of runs, compiled as a silo compiles them. The last compilation of each is kept, for most tests run the same handler often, and compiling takes longer than running.</summary>
internal static class CompiledHandlers
{
    // By the class, or by the very delegate: who holds neither any more cannot ask for it.
    private static readonly ConditionalWeakTable<object, Entry> Kept = [];

    /// <summary>Returns the handler of a run.</summary>
    /// <exception cref="InvalidTaskException">It can never be called; the message says why.</exception>
    public static ITaskInvoker Get(RunPlan plan, IServiceProvider services)
    {
        var sendsValue = plan.EffectiveOptions.SendReturnValues;
        if (plan.Filters.Count == 0 && Kept.TryGetValue(plan.Handler, out var kept) && kept.Task == plan.Task && kept.SendsValue == sendsValue && kept.Asked.Fits(services))
        {
            return kept.Invoker;
        }

        var asked = new AskedServices(services);
        var invoker = Compile(plan, asked);
        if (plan.Filters.Count == 0)
        {
            Kept.AddOrUpdate(plan.Handler, new Entry(plan.Task, sendsValue, asked, invoker));
        }

        return invoker;
    }

    private static ITaskInvoker Compile(RunPlan plan, IServiceProvider services)
    {
        var tasks = new TasksBuilder();
        plan.Define(tasks, plan.Task, plan.EffectiveOptions);
        foreach (var add in plan.Filters)
        {
            add(tasks);
        }

        var faults = new List<string>(tasks.Faults);
        var catalog = tasks.Build(services, faults);
        return faults.Count == 0 && catalog.TryGet(plan.Task, out var invoker) ? invoker : throw new InvalidTaskException(plan.Task, faults);
    }

    private sealed record Entry(string Task, bool SendsValue, AskedServices Asked, ITaskInvoker Invoker);
}
