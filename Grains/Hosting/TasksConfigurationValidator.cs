using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Storage;
using Orleans.Streams;
using OrleansTasks.Configured;
using OrleansTasks.Policies;
using OrleansTasks.Records;

namespace OrleansTasks.Hosting;

/// <summary>Stops a silo at its start, with one error that lists everything that is missing or wrong.</summary>
internal sealed class TasksConfigurationValidator(IServiceProvider services, HandlerCatalogFactory catalog,
    ConfigurationReader configuration) : IConfigurationValidator
{
    private bool _portsSeen;

    public void ValidateConfiguration()
    {
        var faults = new List<string>();
        try
        {
            var limits = services.GetRequiredService<IOptions<TasksOptions>>().Value.Limits;
            faults.AddRange(
                catalog.Catalog.Definitions.SelectMany(d => (d.Options?.Faults(limits) ?? []).Select(f => $"Task '{d.Name}': {f}")));
            faults.AddRange(catalog.Catalog.Definitions.SelectMany(d => HeaderFaults(d, limits)));
        }
        catch (OptionsValidationException e)
        {
            // Faults in values that configuration has set are reported with their paths.
            faults.AddRange(e.Failures.Where(f => !configuration.First.Faults.Any(c => c.EndsWith(f, StringComparison.Ordinal))));
        }

        faults.AddRange(catalog.Faults);
        faults.AddRange(configuration.First.Faults);
        if (services.GetKeyedService<IGrainStorage>(TaskStorage.Name) is null)
        {
            faults.Add($"No grain storage is registered under TaskStorage.Name (\"{TaskStorage.Name}\"); register one, such as one in "
                + "memory with UseInMemoryTasks().");
        }

        if (services.GetKeyedService<IStreamProvider>(TaskStreams.Provider) is null)
        {
            faults.Add($"No stream provider is registered under TaskStreams.Provider (\"{TaskStreams.Provider}\"); register one, such "
                + "as memory streams with UseInMemoryTasks().");
        }

        if (services.GetKeyedService<IGrainStorage>(TaskSiloHostingExtensions.PubSubStore) is null)
        {
            faults.Add($"No grain storage is registered for stream subscriptions (\"{TaskSiloHostingExtensions.PubSubStore}\"); "
                + "register one, such as one in memory with UseInMemoryTasks().");
        }

        if (!_portsSeen)
        {
            // The ports are checked once: the second time they may be this silo's own.
            _portsSeen = true;
            faults.AddRange(PortProbe.Faults(services));
        }

        if (faults.Count > 0)
        {
            throw new OrleansConfigurationException($"OrleansTasks cannot start because of {faults.Count} "
                + $"fault(s):{string.Concat(faults.Select(f => $"{Environment.NewLine} - {f}"))}");
        }
    }

    private static IEnumerable<string> HeaderFaults(TaskDefinition task, TaskEngineLimits limits)
    {
        try
        {
            return [
                .. HeaderLimits.Faults(task.Name, task.Headers, limits)
                    .Concat(ContinuationLimits.Faults(task.Name, task.Options.Then, limits)).Select(f => $"Task '{task.Name}': {f}")];
        }
        catch (PayloadTooLargeException e)
        {
            return [$"Task '{task.Name}': {e.Message}"];
        }
    }
}
