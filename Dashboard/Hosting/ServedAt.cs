using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Hosting;

/// <summary>Logs the address of the API or the dashboard once the program serves requests.</summary>
internal static partial class ServedAt
{
    /// <param name="services">The program's services.</param>
    /// <param name="what">What is served: the API or the dashboard.</param>
    /// <param name="path">
    /// Returns the path. It is called after the program has started, because the prefixes of enclosing groups are unknown before.
    /// </param>
    public static void SayWhenStarted(IServiceProvider services, string what, Func<string?> path)
    {
        if (services.GetService<IHostApplicationLifetime>() is not { } lifetime)
        {
            return;
        }

        lifetime.ApplicationStarted.Register(() =>
        {
            var addresses = services.GetService<IServer>()?.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
            if (path() is { } at && addresses.Count > 0)
            {
                LogServed(new ContainedLogger(services.GetRequiredService<ILoggerFactory>().CreateLogger("OrleansTasks.Api")), what,
                    string.Join(", ", addresses.Select(a => a.TrimEnd('/') + "/" + at.Trim('/'))));
            }
        });
    }

    [LoggerMessage(36, LogLevel.Information, "The tasks {What} is available at {Addresses}.")]
    private static partial void LogServed(ILogger logger, string what, string addresses);
}
