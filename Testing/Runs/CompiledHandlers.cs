using System.Runtime.CompilerServices;
using OrleansTasks.Handlers;

namespace OrleansTasks.Testing.Runs;

/// <summary>
/// Compiles the handlers of runs as a silo does. It caches the last compilation of each, because most tests run the same handler often, and
/// compiling takes longer than running.
/// </summary>
internal static class CompiledHandlers
{
    // The key is the class or the delegate itself. Code that holds neither any more cannot ask for it.
    private static readonly ConditionalWeakTable<object, Entry> Kept = [];

    /// <summary>Returns the handler of a run.</summary>
    /// <exception cref="InvalidTaskException">The handler can never be called. The message says why.</exception>
    public static ITaskInvoker Get(RunPlan plan, IServiceProvider services)
    {
        var sendsValue = plan.EffectiveOptions.SendReturnValues;
        if (plan.Filters.Count == 0 && Kept.TryGetValue(plan.Handler, out var kept) && kept.Task == plan.Task
            && kept.SendsValue == sendsValue && kept.Asked.Fits(services))
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
        return faults.Count == 0 && catalog.TryGet(plan.Task, out var invoker)
            ? invoker
            : throw new InvalidTaskException(plan.Task, faults);
    }

    private sealed record Entry(string Task, bool SendsValue, AskedServices Asked, ITaskInvoker Invoker);
}
