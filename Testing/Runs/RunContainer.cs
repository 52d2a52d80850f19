using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using OrleansTasks.Running;

namespace OrleansTasks.Testing.Runs;

/// <summary>The services of a run: of its own container, or of one that was given, with what that lacks.</summary>
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

    /// <summary>What the run's scope is made of.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Notes what the handler asks of the cluster.</summary>
    public FakeTaskClient Client { get; }

    public ValueTask DisposeAsync() => _own.DisposeAsync();

    /// <summary>Has what a container logs that was given reach the run, once.</summary>
    private static void Hear(IServiceProvider services)
    {
        if (services.GetService<ILoggerFactory>() is LoggerFactory factory && !services.GetServices<ILoggerProvider>().Any(static p => p is RunLogProvider) && Heard.TryAdd(factory, factory))
        {
            factory.AddProvider(new RunLogProvider());
        }
    }
}
