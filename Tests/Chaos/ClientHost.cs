using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Chaos;

/// <summary>A client of the cluster under test.</summary>
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
