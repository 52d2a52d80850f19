using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Handlers.Binding;

namespace OrleansTasks.Handlers.Filters;

/// <summary>Provides a filter for each run.</summary>
internal abstract class FilterSource
{
    /// <summary>Prepares a filter. Returns null, and adds the faults, if it can never be created.</summary>
    /// <param name="type">Its class, or the type of a service.</param>
    /// <param name="container">The container.</param>
    /// <param name="faults">Receives the faults.</param>
    public static FilterSource? Of(Type type, ContainerView container, List<string> faults)
    {
        if (container.IsRegistered(type))
        {
            return new Service(type);
        }

        if (type.IsInterface || type.IsAbstract || type.ContainsGenericParameters)
        {
            faults.Add($"Filter {TypeNames.Of(type)}: it is neither registered in the container nor a class that can be created. "
                + "Register it.");
            return null;
        }

        var before = faults.Count;
        ConstructorCheck.Check($"Filter {TypeNames.Of(type)}", type, container, faults);
        return faults.Count == before ? new Class(type) : null;
    }

    /// <summary>Returns the source of an existing filter.</summary>
    public static FilterSource Of(ITaskRunFilter filter) => new Instance(filter);

    /// <summary>Returns the filter for one run.</summary>
    /// <param name="services">The run's scope.</param>
    /// <param name="made">Receives the filter if it must be disposed after the run.</param>
    public abstract ITaskRunFilter Get(IServiceProvider services, MadeObjects made);

    private sealed class Service(Type type) : FilterSource
    {
        public override ITaskRunFilter Get(IServiceProvider services, MadeObjects made) =>
            (ITaskRunFilter)services.GetRequiredService(type);
    }

    private sealed class Class(Type type) : FilterSource
    {
        private readonly ObjectFactory _create = ActivatorUtilities.CreateFactory(type, Type.EmptyTypes);

        public override ITaskRunFilter Get(IServiceProvider services, MadeObjects made)
        {
            var filter = (ITaskRunFilter)_create(services, null);
            made.Add(filter);
            return filter;
        }
    }

    private sealed class Instance(ITaskRunFilter filter) : FilterSource
    {
        public override ITaskRunFilter Get(IServiceProvider services, MadeObjects made) => filter;
    }
}
