using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Hosting;

/// <summary>Gives code of the library contained loggers in place of the host's own. The host's code keeps its loggers.</summary>
internal static class ContainedLogging
{
    public static IServiceCollection AddContainedLogger<T>(this IServiceCollection services)
    {
        if (!services.Any(static d => d.ServiceType == typeof(ILogger<T>)))
        {
            services.AddSingleton<ILogger<T>>(static s => new ContainedLogger<T>(s.GetRequiredService<ILoggerFactory>()));
        }

        return services;
    }
}
