using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansTasks.Calls;
using OrleansTasks.Configured;
using OrleansTasks.Grains;
using OrleansTasks.Handlers;
using OrleansTasks.Records;
using OrleansTasks.Running;
using static OrleansTasks.Supervision.ConfigurationLog;

namespace OrleansTasks.Supervision;

/// <summary>
/// Applies one configuration to the registry, step by step, and logs the effect. After a cancellation it makes no further calls.
/// </summary>
internal sealed class ConfigurationDelivery(HandlerCatalog handlers, IClusterView cluster, IGrainFactory grains,
    IOptions<TasksOptions> options, ILogger<ConfigurationApplier> log)
{
    private const int MostNames = 20;

    /// <summary>Offers a configuration, and makes all partitions and groups apply it if it takes effect.</summary>
    /// <param name="content">The content.</param>
    /// <param name="again">Whether this silo has offered it before.</param>
    /// <param name="ct">Cancels the delivery. The next silo with the same configuration does the rest.</param>
    /// <returns>Its place in the order of configurations, or 0 if it is not in force.</returns>
    /// <exception cref="InvalidTaskException">It cannot take effect, and nothing was changed.</exception>
    public async Task<long> DeliverAsync(ConfiguredContent content, bool again, CancellationToken ct)
    {
        if (!content.SaysAnything)
        {
            // The section is missing, or has never existed. What another configuration has set stays.
            LogNothing(log, content.Path);
            return 0;
        }

        var groups = content.Groups.ToDictionary(g => g.Key, g => Fingerprints.Of(g.Value), StringComparer.Ordinal);
        var first = grains.Refer<IPartition>(0);
        var turn = await first.BeginConfigurationAsync(OfferOf(content, groups, again)).WaitAsync(ct);
        if (turn.Missing.Count > 0)
        {
            throw new InvalidTaskException(null, [.. turn.Missing.SelectMany(n => content.Tasks.Where(t => Observes(t.Task, n))
                .Select(t => $"{content.PathOf(t.Task.Name)}:Schedule: {TaskSchedule.CalendarFault(n)}"))]);
        }

        if (turn.Number == 0)
        {
            LogSuperseded(log, content.Path, content.Version, turn.Version);
            await EachPartitionAsync(
                (partition, number) =>
                    grains.Refer<IPartition>(number)
                        .DefineAsync([.. handlers.Definitions.Where(d => content.Names(d.Name) && partition(d.Name))])).WaitAsync(ct);
            return 0;
        }

        await ConfigureAsync(
            content.Groups.Where(g => turn.Groups.GetValueOrDefault(g.Key) != groups[g.Key]).Select(g => (g.Key, (RunGroup?)g.Value)));
        var replies = !content.SaysTasks
            ? []
            : await EachPartitionAsync((partition, number) => grains.Refer<IPartition>(number).ConfigureAsync(new PartitionConfiguration
            {
                Number = turn.Number,
                Tasks = [.. content.Tasks.Where(t => partition(t.Task.Name))],
                Code = [.. handlers.Code.Where(d => !content.Names(d.Name) && partition(d.Name))],
            })).WaitAsync(ct);
        await ConfigureAsync(turn.Groups.Keys.Where(g => !groups.ContainsKey(g)).Select(g => (g, handlers.Groups.GetValueOrDefault(g))));
        var observed = await first.EndConfigurationAsync(turn.Number, groups, [.. content.Calendars.Keys]).WaitAsync(ct);
        Tell(content, replies, observed);
        return turn.Number;

        Task ConfigureAsync(IEnumerable<(string Name, RunGroup? Limits)> some) =>
            Task.WhenAll(some.Select(g => grains.Refer<IRunGroupEngine>(g.Name).ConfigureAsync(g.Limits, turn.Number, again: false)))
                .WaitAsync(ct);
    }

    /// <summary>Sets the limits again for groups that have lost them, because a group keeps its limits in records of its own.</summary>
    public Task RestoreAsync(ConfiguredContent content, long number, CancellationToken ct) =>
        Task.WhenAll(content.Groups.Select(g => grains.Refer<IRunGroupEngine>(g.Key).ConfigureAsync(g.Value, number, again: true)))
            .WaitAsync(ct);

    private static ConfigurationOffer OfferOf(ConfiguredContent content, IReadOnlyDictionary<string, string> groups, bool again) => new()
    {
        Content = content.Fingerprint,
        Version = content.Version,
        Again = again,
        Calendars = content.Calendars,
        Observed = [.. content.Tasks.SelectMany(t => t.Task.Schedule?.CalendarNames ?? []).Distinct(StringComparer.Ordinal)],
        Groups = groups,
    };

    private static bool Observes(TaskDefinition task, string calendar) =>
        task.Schedule?.CalendarNames.Contains(calendar, StringComparer.Ordinal) == true;

    private Task<ConfigurationReply[]> EachPartitionAsync(Func<Func<string, bool>, int, Task<ConfigurationReply>> ask) =>
        Task.WhenAll(
            Enumerable.Range(0, options.Value.Partitions)
                .Select(p => ask(name => PartitionMap.PartitionOf(name, options.Value.Partitions) == p, p)));

    private Task EachPartitionAsync(Func<Func<string, bool>, int, Task> ask) =>
        Task.WhenAll(
            Enumerable.Range(0, options.Value.Partitions)
                .Select(p => ask(name => PartitionMap.PartitionOf(name, options.Value.Partitions) == p, p)));

    private void Tell(ConfiguredContent content, ConfigurationReply[] replies, IReadOnlyList<string> observed)
    {
        if (content.Tasks.Count + content.Groups.Count + content.Calendars.Count > 0
            || replies.Any(static r => r.Added.Count + r.Changed.Count + r.Removed.Count > 0))
        {
            LogApplied(log, content.Path, content.Tasks.Count, Names(replies.SelectMany(r => r.Added)),
                Names(replies.SelectMany(r => r.Changed)), Names(replies.SelectMany(r => r.Removed)));
        }

        if (content.Kept.Count > 0)
        {
            LogCodeWins(log, content.Path, Names(content.Kept));
        }

        if (observed.Count > 0)
        {
            LogObserved(log, content.Path, Names(observed));
        }

        var missing = content.Tasks.Where(t => cluster.SilosWith(t.Task.Handler).IsEmpty)
            .Select(t => $"{t.Task.Handler} ({content.PathOf(t.Task.Name)})").ToList();
        if (missing.Count > 0)
        {
            LogNoHandler(log, Names(missing));
        }
    }

    private static string Names(IEnumerable<string> names)
    {
        var all = names.Order(StringComparer.Ordinal).ToList();
        return all.Count == 0
            ? "none"
            : string.Join(", ", all.Take(MostNames)) + (all.Count > MostNames ? $" and {all.Count - MostNames} more" : "");
    }
}
