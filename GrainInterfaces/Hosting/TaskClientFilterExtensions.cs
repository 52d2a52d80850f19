using Microsoft.Extensions.DependencyInjection;
using OrleansTasks;

namespace Orleans.Hosting;

/// <summary>Registers filters of <see cref="ITaskClient"/>, in silos, clients and web servers alike.</summary>
public static class TaskClientFilterExtensions
{
    /// <summary>Adds a filter around what this process asks of tasks. It is a singleton, made at the first call; the order is that of registration.</summary>
    /// <typeparam name="TFilter">The filter.</typeparam>
    /// <param name="services">The services of the silo or of the client.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddTaskClientFilter<TFilter>(this IServiceCollection services)
        where TFilter : class, ITaskClientFilter => services.AddSingleton<ITaskClientFilter, TFilter>();
}
