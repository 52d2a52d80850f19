using OrleansTasks.Handlers;
using OrleansTasks.Handlers.Binding;
using OrleansTasks.Handlers.Filters;

namespace OrleansTasks.Registration;

/// <summary>A filter before the container is complete.</summary>
/// <param name="Type">Its class or service; null if it is there already.</param>
/// <param name="Instance">The filter that is there; null if it is had by its type.</param>
/// <param name="Handler">The handler that it is for; null: all.</param>
internal sealed record FilterCode(Type? Type, ITaskRunFilter? Instance, string? Handler)
{
    /// <summary>Puts the filters around the handlers.</summary>
    /// <param name="filters">The filters, in order.</param>
    /// <param name="invokers">The handlers, which are exchanged.</param>
    /// <param name="known">The names of all handlers, those among them that could not be compiled.</param>
    /// <param name="container">The container.</param>
    /// <param name="faults">Takes what is wrong.</param>
    public static void Apply(IReadOnlyList<FilterCode> filters, Dictionary<string, ITaskInvoker> invokers, ICollection<string> known, ContainerView container, List<string> faults)
    {
        foreach (var missing in filters.Select(static f => f.Handler).OfType<string>().Distinct(StringComparer.Ordinal).Where(h => !known.Contains(h)))
        {
            faults.Add($"A filter was added for the handler '{missing}', which is not defined on this silo.");
        }

        var sources = filters.Select(f => (f.Handler, Source: f.Instance is { } filter ? FilterSource.Of(filter) : FilterSource.Of(f.Type!, container, faults))).ToList();
        foreach (var handler in invokers.Keys.ToList())
        {
            var around = sources.Where(static s => s.Handler is null).Concat(sources.Where(s => s.Handler == handler)).Select(static s => s.Source).OfType<FilterSource>().ToArray();
            if (around.Length > 0)
            {
                invokers[handler] = new FilteredInvoker(invokers[handler], around);
            }
        }
    }
}
