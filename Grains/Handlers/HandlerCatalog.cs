using System.Diagnostics.CodeAnalysis;
using OrleansTasks.Records;
using OrleansTasks.Values;

namespace OrleansTasks.Handlers;

/// <summary>Contains the compiled handlers of this silo.</summary>
internal sealed class HandlerCatalog(
    IReadOnlyDictionary<string, ITaskInvoker> handlers, IReadOnlyList<TaskDefinition> definitions,
    IReadOnlyDictionary<string, RunGroup>? groups = null)
{
    public IEnumerable<string> Names => handlers.Keys;

    /// <summary>Gets the tasks that this silo registers: those that its code defines and whose handlers it runs.</summary>
    public IReadOnlyList<TaskDefinition> Definitions { get; } = definitions;

    /// <summary>Gets all tasks that this silo's code defines, whether it runs them or not.</summary>
    public IReadOnlyList<TaskDefinition> Code { get; private init; } = definitions;

    /// <summary>Gets the limits of groups that this silo's code defines.</summary>
    public IReadOnlyDictionary<string, RunGroup> Groups { get; } = groups ?? new Dictionary<string, RunGroup>();

    /// <summary>Describes the handlers for people, without the engine's own.</summary>
    public IReadOnlyList<HandlerInfo> Describe() =>
        [.. handlers.Where(static h => !SystemTasks.Has(h.Key)).Select(h => HandlerDescriptions.Of(h.Key, h.Value))];

    /// <summary>
    /// Returns a catalog of the handlers whose names match, and of their tasks. It still contains what the code says about the others.
    /// </summary>
    public HandlerCatalog Only(NamePatterns names)
    {
        // A silo that runs no handlers runs none of the engine's own either.
        var runsSome = handlers.Keys.Any(h => !SystemTasks.Has(h) && names.Match(h));
        return new(handlers.Where(h => SystemTasks.Has(h.Key) ? runsSome : names.Match(h.Key)).ToDictionary(StringComparer.Ordinal),
            [.. Definitions.Where(d => names.Match(d.Handler))], Groups)
        { Code = Code };
    }

    public bool TryGet(string handler, [NotNullWhen(true)] out ITaskInvoker? invoker) => handlers.TryGetValue(handler, out invoker);
}
