using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OrleansTasks.Running;

namespace OrleansTasks.Testing.Runs;

/// <summary>Provides the services of a run: those of its own container, or those of a given one and what it lacks.</summary>
internal sealed class RunContainer : IAsyncDisposable
{
    private static readonly ConditionalWeakTable<ILoggerFactory, object> Heard = [];
    private readonly ServiceProvider _own;

    public RunContainer(RunPlan plan, TimeProvider clock)
    {
        var services = new ServiceCollection();
        foreach (var add in plan.Added)
        {
            add(services);
        }

        services.AddLogging();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<ILoggerProvider, RunLogProvider>());
        services.TryAddSingleton(clock);
        if (!services.Any(static s => s.ServiceType == typeof(ITaskClient)))
        {
            services.AddFakeTaskClient(new FakeTaskClient(clock));
        }

        _own = services.BuildServiceProvider(validateScopes: true);
        Services = plan.Given is { } given ? new OverlaidServices(given, _own) : _own;
        Client = Services.GetService<ITaskClient>() as FakeTaskClient ?? new FakeTaskClient(clock);
        if (plan.Given is not null)
        {
            Hear(plan.Given);
        }
    }

    /// <summary>Gets the container in which the run's scope is created.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Gets the client, which records what the handler requests from the cluster.</summary>
    public FakeTaskClient Client { get; }

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    /// <summary>Connects the logging of a given container to the log of runs, once.</summary>
    private static void Hear(IServiceProvider services)
    {
        if (services.GetService<ILoggerFactory>() is LoggerFactory factory
            && !services.GetServices<ILoggerProvider>().Any(static p => p is RunLogProvider) && Heard.TryAdd(factory, factory))
        {
            factory.AddProvider(new RunLogProvider());
        }
    }
}
