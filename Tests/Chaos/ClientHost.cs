using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Chaos;

/// <summary>Creates a client of the tested cluster.</summary>
internal static class ClientHost
{
    public static IHost Build(ClusterAccess access, Action<ILoggingBuilder> log)
    {
        var builder = Host.CreateApplicationBuilder();
        log(builder.Logging);
        builder.UseOrleansClient(access.Configure);
        return builder.Build();
    }
}
