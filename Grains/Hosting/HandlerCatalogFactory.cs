using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using OrleansTasks.Handlers;

namespace OrleansTasks.Hosting;

/// <summary>Compiles the handlers once, when the container is complete, and keeps the faults.</summary>
internal sealed class HandlerCatalogFactory
{
    public HandlerCatalogFactory(TasksBuilder builder, IServiceProvider services)
    {
        var faults = new List<string>(builder.Faults);
        Catalog = builder.Build(services, faults).Only(WantedOf(services));
        Faults = faults;
    }

    public HandlerCatalog Catalog { get; }

    public IReadOnlyList<string> Faults { get; }

    private static NamePatterns WantedOf(IServiceProvider services)
    {
        try
        {
            return NamePatterns.Parse(services.GetRequiredService<IOptions<TasksOptions>>().Value.RunsTasks);
        }
        catch (OptionsValidationException)
        {
            // The silo does not start. The one error that lists everything reports the fault in the patterns.
            return NamePatterns.Parse("*");
        }
    }
}
