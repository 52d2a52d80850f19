using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansTasks.Calls;
using OrleansTasks.Configured;
using OrleansTasks.Grains;
using OrleansTasks.Handlers;
using OrleansTasks.Records;
using OrleansTasks.Running;

namespace OrleansTasks.Supervision;

/// <summary>
/// Brings what this silo's configuration says into the registry: once when the silo has started, once whenever it says something else, and once for a registry that has lost it. What fails in
/// between is tried again as a whole; all of it may be done more than once, and changes nothing then.
/// </summary>
internal sealed partial class ConfigurationApplier(
    ConfigurationReader reader, HandlerCatalog handlers, ClusterView cluster, IGrainFactory grains, IOptions<TasksOptions> options, ILogger<ConfigurationApplier> log) : IDisposable
{
    private const int MostNames = 20;
    private readonly SemaphoreSlim _gate = new(1);
    private ConfiguredContent? _content;
    private ConfiguredContent? _inForce;
    private ConfiguredContent? _lastGood;
    private bool _again;
    private int _changed;

    private ConfiguredContent Content => _content ??= reader.First.Content;

    /// <summary>Has something done when configuration changes: <see cref="ApplyAsync(bool)"/> is to be called.</summary>
    public IDisposable Listen(Action action)
    {
        // It may have changed between the start and now.
        Interlocked.Exchange(ref _changed, 1);
        return reader.Listen(() =>
        {
            Interlocked.Exchange(ref _changed, 1);
            action();
        });
    }

    /// <summary>Whether configuration says what a task is, so that what the code says is not to be registered.</summary>
    public bool Names(string task) => reader.IsUsed && Content.Tasks.Any(t => t.Task.Name == task);

    /// <summary>Whether configuration says what the limits of a group are.</summary>
    public bool NamesGroup(string group) => reader.IsUsed && Content.Groups.ContainsKey(group);

    /// <summary>Does what is left to do.</summary>
    /// <param name="anew">Whether a partition was met for the first time, or has lost what was stored.</param>
    /// <exception cref="InvalidTaskException">What the silo is to start with cannot be in force.</exception>
    public async Task ApplyAsync(bool anew)
    {
        if (!reader.IsUsed)
        {
            return;
        }

        await _gate.WaitAsync();
        try
        {
            if (anew && _inForce is not null)
            {
                (_inForce, _again) = (null, true);
            }

            if (Interlocked.Exchange(ref _changed, 0) == 1)
            {
                TakeChange();
            }

            if (ReferenceEquals(_inForce, Content))
            {
                return;
            }

            try
            {
                await ApplyAsync(Content, _again);
                _inForce = _lastGood = Content;
            }
            catch (InvalidTaskException e) when (_lastGood is not null)
            {
                // It would not be otherwise the next time.
                _content = _inForce = _lastGood;
                LogInvalid(log, e.Faults.Count, Lines(e.Faults));
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    /// <summary>Reads what configuration says now. If something is wrong with it, what it said before stays.</summary>
    private void TakeChange()
    {
        var reading = reader.Read();
        if (reading.Faults.Count > 0)
        {
            LogInvalid(log, reading.Faults.Count, Lines(reading.Faults));
            return;
        }

        if (reading.Content.Options != reader.First.Content.Options)
        {
            LogOptionsChanged(log, $"{reading.Content.Path}:Options");
        }

        if (reading.Content.Fingerprint != Content.Fingerprint)
        {
            (_content, _again) = (reading.Content, false);
        }
    }

    private async Task ApplyAsync(ConfiguredContent content, bool again)
    {
        var first = grains.Refer<IPartition>(0);
        var turn = await first.BeginConfigurationAsync(OfferOf(content, again));
        if (turn.Missing.Count > 0)
        {
            throw new InvalidTaskException(null, [.. turn.Missing.SelectMany(n => content.Tasks.Where(t => Observes(t.Task, n)).Select(t => $"{content.PathOf(t.Task.Name)}:Schedule: There is no business calendar '{n}'."))]);
        }

        if (turn.Number == 0)
        {
            LogSuperseded(log, content.Path, content.Version, turn.Version);
            await EachPartitionAsync((partition, number) => grains.Refer<IPartition>(number).DefineAsync([.. handlers.Definitions.Where(d => Names(d.Name) && partition(d.Name))]));
            return;
        }

        var groups = content.Groups.ToDictionary(g => g.Key, g => Fingerprints.Of(g.Value), StringComparer.Ordinal);
        await Task.WhenAll(content.Groups.Where(g => turn.Groups.GetValueOrDefault(g.Key) != groups[g.Key]).Select(g => PutAsync(g.Key, g.Value)));
        var replies = await EachPartitionAsync((partition, number) => grains.Refer<IPartition>(number).ConfigureAsync(new PartitionConfiguration
        {
            Number = turn.Number,
            Tasks = [.. content.Tasks.Where(t => partition(t.Task.Name))],
            Code = [.. handlers.Code.Where(d => !Names(d.Name) && partition(d.Name))],
        }));
        await Task.WhenAll(turn.Groups.Keys.Where(g => !groups.ContainsKey(g)).Select(g => PutAsync(g, handlers.Groups.GetValueOrDefault(g) ?? new RunGroup())));
        var observed = await first.EndConfigurationAsync(turn.Number, groups, [.. content.Calendars.Keys]);
        Tell(content, replies, observed);
    }

    private static ConfigurationOffer OfferOf(ConfiguredContent content, bool again) => new()
    {
        Content = content.Fingerprint,
        Version = content.Version,
        Again = again,
        Calendars = content.Calendars,
        Observed = [.. content.Tasks.SelectMany(t => t.Task.Schedule?.CalendarNames ?? []).Distinct(StringComparer.Ordinal)],
    };

    private static bool Observes(TaskDefinition task, string calendar) => task.Schedule?.CalendarNames.Contains(calendar, StringComparer.Ordinal) == true;

    private Task PutAsync(string group, RunGroup limits) => grains.Refer<IRunGroupGrain>(group).PutAsync(limits, Guid.NewGuid());

    private Task<ConfigurationReply[]> EachPartitionAsync(Func<Func<string, bool>, int, Task<ConfigurationReply>> ask) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.Partitions).Select(p => ask(name => PartitionMap.PartitionOf(name, options.Value.Partitions) == p, p)));

    private Task EachPartitionAsync(Func<Func<string, bool>, int, Task> ask) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.Partitions).Select(p => ask(name => PartitionMap.PartitionOf(name, options.Value.Partitions) == p, p)));

    private void Tell(ConfiguredContent content, ConfigurationReply[] replies, IReadOnlyList<string> observed)
    {
        LogApplied(log, content.Path, content.Tasks.Count, Names(replies.SelectMany(r => r.Added)), Names(replies.SelectMany(r => r.Changed)), Names(replies.SelectMany(r => r.Removed)));
        if (content.Kept.Count > 0)
        {
            LogCodeWins(log, content.Path, Names(content.Kept));
        }

        if (observed.Count > 0)
        {
            LogObserved(log, content.Path, Names(observed));
        }

        var missing = content.Tasks.Where(t => cluster.SilosWith(t.Task.Handler).IsEmpty).Select(t => $"{t.Task.Handler} ({content.PathOf(t.Task.Name)})").ToList();
        if (missing.Count > 0)
        {
            LogNoHandler(log, Names(missing));
        }
    }

    private static string Names(IEnumerable<string> names)
    {
        var all = names.Order(StringComparer.Ordinal).ToList();
        return all.Count == 0 ? "none" : string.Join(", ", all.Take(MostNames)) + (all.Count > MostNames ? $" and {all.Count - MostNames} more" : "");
    }

    private static string Lines(IEnumerable<string> faults) => string.Concat(faults.Select(f => $"{Environment.NewLine} - {f}"));

    [LoggerMessage(551, LogLevel.Error, "The changed configuration of tasks is not valid; what was in force before stays. {Count} thing(s) are wrong:{Faults}")]
    private static partial void LogInvalid(ILogger logger, int count, string faults);

    [LoggerMessage(552, LogLevel.Information, "The configuration {Path} is in force, with {Count} tasks. New: {Added}. Changed: {Changed}. Cancelled: {Removed}.")]
    private static partial void LogApplied(ILogger logger, string path, int count, string added, string changed, string removed);

    [LoggerMessage(553, LogLevel.Warning, "The configuration {Path} of this silo, version {Version}, is not taken: another one is in force, version {InForce}. Give this silo the same, or a higher version.")]
    private static partial void LogSuperseded(ILogger logger, string path, long version, long inForce);

    [LoggerMessage(554, LogLevel.Warning, "{Path} has changed. Options of the engine are taken over when the silo starts again.")]
    private static partial void LogOptionsChanged(ILogger logger, string path);

    [LoggerMessage(555, LogLevel.Information, "The configuration {Path} names tasks that are as the code says all the same (CodeWins): {Tasks}.")]
    private static partial void LogCodeWins(ILogger logger, string path, string tasks);

    [LoggerMessage(556, LogLevel.Warning, "The configuration {Path} has these business calendars no more, and tasks observe them; they stay: {Calendars}.")]
    private static partial void LogObserved(ILogger logger, string path, string calendars);

    [LoggerMessage(557, LogLevel.Warning, "No silo of the cluster has these handlers, which configuration names: {Handlers}. Their tasks do not run until a silo has them; a misspelt name never is.")]
    private static partial void LogNoHandler(ILogger logger, string handlers);
}
