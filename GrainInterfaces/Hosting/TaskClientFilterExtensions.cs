using Microsoft.Extensions.DependencyInjection;
using OrleansTasks;

namespace Orleans.Hosting;

/// <summary>Registers filters of <see cref="ITaskClient"/> in silos, clients and web servers.</summary>
public static class TaskClientFilterExtensions
{
    /// <summary>
    /// Adds a filter around this process's calls to tasks. The filter is a singleton and is created at the first call. Filters run in the
    /// order of registration.
    /// </summary>
    /// <typeparam name="TFilter">The type of the filter.</typeparam>
    /// <param name="services">The services of the silo or of the client.</param>
    /// <returns>The same services, so that calls can be chained.</returns>
    public static IServiceCollection AddTaskClientFilter<TFilter>(this IServiceCollection services)
        where TFilter : class, ITaskClientFilter => services.AddSingleton<ITaskClientFilter, TFilter>();
}
