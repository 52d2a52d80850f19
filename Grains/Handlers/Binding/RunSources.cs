using System.Linq.Expressions;
using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Handlers.Binding;

/// <summary>Provides the values that come with a run: its own, and those of its DI scope.</summary>
internal static class RunSources
{
    private static readonly MethodInfo RequiredMethod = Method(nameof(Required));
    private static readonly MethodInfo OptionalMethod = Method(nameof(Optional));
    private static readonly MethodInfo LoggerMethod = Method(nameof(Logger));

    /// <summary>Returns the source for the types that every run has, or null for others.</summary>
    public static RunSource? OfRun(Type type) => type switch
    {
        _ when type == typeof(CancellationToken) => (_, run) => Expression.Property(run, nameof(TaskRunContext.CancellationToken)),
        _ when type == typeof(TaskRunContext) => (_, run) => run,
        _ when type == typeof(TaskArguments) => (_, run) => Expression.Property(run, nameof(TaskRunContext.Arguments)),
        _ when type == typeof(IServiceProvider) => (services, _) => services,
        _ when type == typeof(ILogger) => (services, run) => Expression.Call(LoggerMethod, services, run),
        _ => null,
    };

    /// <summary>Returns the source for a service. If the container has none, the source returns the fallback if there is one.</summary>
    public static RunSource OfContainer(Type type, object? key, bool hasFallback, object? fallback)
    {
        var keyed = Expression.Constant(key, typeof(object));
        return hasFallback
            ? (services, _) =>
                Expression.Call(OptionalMethod.MakeGenericMethod(type), services, keyed,
                    Expression.Convert(Expression.Constant(fallback), type))
            : (services, _) => Expression.Call(RequiredMethod.MakeGenericMethod(type), services, keyed);
    }

    private static T Required<T>(IServiceProvider services, object? key) =>
        (T)(key is null ? services.GetRequiredService(typeof(T)) : services.GetRequiredKeyedService(typeof(T), key));

    private static T Optional<T>(IServiceProvider services, object? key, T fallback) =>
        (key is null ? services.GetService(typeof(T)) : services.GetKeyedService<T>(key)) is T service ? service : fallback;

    private static ILogger Logger(IServiceProvider services, TaskRunContext run) =>
        services.GetRequiredService<ILoggerFactory>().CreateLogger(run.Task);

    private static MethodInfo Method(string name) => typeof(RunSources).GetMethod(name, BindingFlags.NonPublic | BindingFlags.Static)!;
}
