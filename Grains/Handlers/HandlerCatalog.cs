using System.Diagnostics.CodeAnalysis;
using OrleansTasks.Records;
using OrleansTasks.Values;

namespace OrleansTasks.Handlers;

/// <summary>The handlers that this silo has, compiled.</summary>
internal sealed class HandlerCatalog(
    IReadOnlyDictionary<string, ITaskInvoker> handlers, IReadOnlyList<TaskDefinition> definitions, IReadOnlyDictionary<string, RunGroup>? groups = null)
{
    public IEnumerable<string> Names => handlers.Keys;

    /// <summary>The tasks that this silo brings into the registry: those whose handlers it runs, if they are its own.</summary>
    public IReadOnlyList<TaskDefinition> Definitions { get; } = definitions;

    /// <summary>All tasks that this silo's code defines, whether it runs them or not.</summary>
    public IReadOnlyList<TaskDefinition> Code { get; private init; } = definitions;

    /// <summary>The limits of groups that this silo's code defines.</summary>
    public IReadOnlyDictionary<string, RunGroup> Groups { get; } = groups ?? new Dictionary<string, RunGroup>();

    /// <summary>The handlers as people are to see them, without the engine's own.</summary>
    public IReadOnlyList<HandlerInfo> Describe() => [.. handlers.Where(static h => !SystemTasks.Has(h.Key)).Select(h => HandlerDescriptions.Of(h.Key, h.Value))];

    /// <summary>Those whose names somebody wants, and the tasks that have them. What the code says of the others is known all the same.</summary>
    public HandlerCatalog Only(NamePatterns names)
    {
        // A silo that is to run nothing runs nothing of the engine's own either.
        var runsSome = handlers.Keys.Any(h => !SystemTasks.Has(h) && names.Match(h));
        return new(handlers.Where(h => SystemTasks.Has(h.Key) ? runsSome : names.Match(h.Key)).ToDictionary(StringComparer.Ordinal), [.. Definitions.Where(d => names.Match(d.Handler))], Groups) { Code = Code };
    }

    public bool TryGet(string handler, [NotNullWhen(true)] out ITaskInvoker? invoker) => handlers.TryGetValue(handler, out invoker);
}
