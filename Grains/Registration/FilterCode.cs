using OrleansTasks.Handlers;
using OrleansTasks.Handlers.Binding;
using OrleansTasks.Handlers.Filters;

namespace OrleansTasks.Registration;

/// <summary>Describes a filter before the container is complete.</summary>
/// <param name="Type">Its class or service, or null if there is an instance.</param>
/// <param name="Instance">The instance, or null if the filter is resolved by its type.</param>
/// <param name="Handler">The handler to which it applies, or null for all.</param>
internal sealed record FilterCode(Type? Type, ITaskRunFilter? Instance, string? Handler)
{
    /// <summary>Wraps the handlers in the filters.</summary>
    /// <param name="filters">The filters, in order.</param>
    /// <param name="invokers">The handlers, which are replaced.</param>
    /// <param name="known">The names of all handlers, including those that could not be compiled.</param>
    /// <param name="container">The container.</param>
    /// <param name="faults">Receives the faults.</param>
    public static void Apply(IReadOnlyList<FilterCode> filters, Dictionary<string, ITaskInvoker> invokers, ICollection<string> known,
        ContainerView container, List<string> faults)
    {
        foreach (var missing in filters.Select(static f => f.Handler).OfType<string>().Distinct(StringComparer.Ordinal)
            .Where(h => !known.Contains(h)))
        {
            faults.Add($"A filter was added for the handler '{missing}', which is not defined on this silo. Define it, or remove the "
                + "filter.");
        }

        var sources =
            filters.Select(
                f => (f.Handler, Source: f.Instance is { } filter ? FilterSource.Of(filter) : FilterSource.Of(f.Type!, container, faults)))
                    .ToList();
        foreach (var handler in invokers.Keys.ToList())
        {
            var around = sources.Where(static s => s.Handler is null).Concat(sources.Where(s => s.Handler == handler))
                .Select(static s => s.Source).OfType<FilterSource>().ToArray();
            if (around.Length > 0)
            {
                invokers[handler] = new FilteredInvoker(invokers[handler], around);
            }
        }
    }
}
