using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansTasks.Calls;
using OrleansTasks.Client.Links;
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
    ConfigurationReader reader,
    HandlerCatalog handlers,
    IClusterView cluster,
    IGrainFactory grains,
    IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time,
    ILogger<ConfigurationApplier> log) : IDisposable
{
    private const int MostNames = 20;

    // Silos of an earlier version stay for as long as a rolling deploy takes.
    private static readonly TimeSpan PauseForOthers = TimeSpan.FromSeconds(10);
    private readonly SemaphoreSlim _gate = new(1);

    // What was refused is tried again, and told once.
    private readonly HashSet<string> _told = [];
    private ConfiguredContent? _applied;
    private ConfiguredContent? _next;
    private bool _isRefused;
    private bool _isLost;
    private long _number;
    private long? _notKnownAt;
    private int _changed;

    private ConfiguredContent Content => _applied ?? reader.First.Content;

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
    public bool Names(string task) => reader.IsUsed && Has(Content, task);

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
            _isLost |= anew && _applied is not null;
            if (Interlocked.Exchange(ref _changed, 0) == 1 || reader.HasVanished)
            {
                TakeChange();
            }

            if (_notKnownAt is not { } since || time.GetElapsedTime(since) >= PauseForOthers)
            {
                await ApplyNowAsync();
                _notKnownAt = null;
            }
        }
        catch (Exception e) when (IsNotKnown(e))
        {
            if (_notKnownAt is null)
            {
                LogNotKnown(log, Content.Path, e.Message);
            }

            _notKnownAt = time.GetTimestamp();
        }
        finally
        {
            _gate.Release();
        }
    }

    public void Dispose() => _gate.Dispose();

    /// <summary>Whether a call has failed as one does that a silo of an earlier version does not know: whatever it makes of that, it is neither busy nor lost.</summary>
    private static bool IsNotKnown(Exception e) => e is TimeoutException || !(e is TaskException or OperationCanceledException or ObjectDisposedException || ClusterCalls.IsTransient(e));

    private async Task ApplyNowAsync()
    {
        var next = _applied is null ? _next ?? reader.First.Content : _next;
        _isRefused = false;
        if (next is not null && await TryApplyAsync(next, again: false))
        {
            (_applied, _next, _isLost) = (next, null, false);
            _told.Clear();
        }
        else
        {
            _isRefused = next is not null;
            _isLost = _isLost && !await TryApplyAsync(Content, again: true);
        }

        if (_number > 0)
        {
            // A group keeps its limits in records of its own, which storage may lose.
            await Task.WhenAll(Content.Groups.Select(g => grains.Refer<IRunGroupEngine>(g.Key).ConfigureAsync(g.Value, _number, again: true)));
        }
    }

    /// <summary>Applies what configuration says, if it can be in force.</summary>
    /// <returns>Whether it can. What others do may change that, such as making a calendar: it is to be tried again.</returns>
    private async Task<bool> TryApplyAsync(ConfiguredContent content, bool again)
    {
        try
        {
            await ApplyAsync(content, again);
            return true;
        }
        catch (InvalidTaskException e) when (_applied is not null || _notKnownAt is not null)
        {
            var lines = Lines(e.Faults);
            if (_told.Add(lines))
            {
                LogInvalid(log, e.Faults.Count, lines);
            }

            return false;
        }
    }

    /// <summary>Reads what configuration says now. If something is wrong with it, what it said before stays.</summary>
    private void TakeChange()
    {
        var reading = reader.Read();
        var faults = reading.Content.MissingAfter(Content) is { } missing ? [.. reading.Faults, missing] : reading.Faults;
        if (_isRefused)
        {
            (_next, _isRefused) = (null, false);
            _told.Clear();
        }

        if (faults.Count > 0)
        {
            LogInvalid(log, faults.Count, Lines(faults));
            return;
        }

        if (reading.Content.Options != reader.First.Content.Options)
        {
            LogOptionsChanged(log, $"{reading.Content.Path}:Options");
        }

        if (reading.Content.Fingerprint != (_next ?? Content).Fingerprint)
        {
            _next = reading.Content;
        }
    }

    private async Task ApplyAsync(ConfiguredContent content, bool again)
    {
        if (!content.SaysAnything)
        {
            // It is not there, or has never been. What another one has set stays.
            LogNothing(log, content.Path);
            return;
        }

        var groups = content.Groups.ToDictionary(g => g.Key, g => Fingerprints.Of(g.Value), StringComparer.Ordinal);
        var first = grains.Refer<IPartition>(0);
        var turn = await first.BeginConfigurationAsync(OfferOf(content, groups, again));
        if (turn.Missing.Count > 0)
        {
            throw new InvalidTaskException(null, [.. turn.Missing.SelectMany(n => content.Tasks.Where(t => Observes(t.Task, n)).Select(t => $"{content.PathOf(t.Task.Name)}:Schedule: There is no business calendar '{n}'."))]);
        }

        _number = turn.Number;
        if (turn.Number == 0)
        {
            LogSuperseded(log, content.Path, content.Version, turn.Version);
            await EachPartitionAsync((partition, number) => grains.Refer<IPartition>(number).DefineAsync([.. handlers.Definitions.Where(d => Has(content, d.Name) && partition(d.Name))]));
            return;
        }

        await Task.WhenAll(content.Groups.Where(g => turn.Groups.GetValueOrDefault(g.Key) != groups[g.Key]).Select(g => ConfigureAsync(g.Key, g.Value)));
        var replies = !content.SaysTasks ? [] : await EachPartitionAsync((partition, number) => grains.Refer<IPartition>(number).ConfigureAsync(new PartitionConfiguration
        {
            Number = turn.Number,
            Tasks = [.. content.Tasks.Where(t => partition(t.Task.Name))],
            Code = [.. handlers.Code.Where(d => !Has(content, d.Name) && partition(d.Name))],
        }));
        await Task.WhenAll(turn.Groups.Keys.Where(g => !groups.ContainsKey(g)).Select(g => ConfigureAsync(g, handlers.Groups.GetValueOrDefault(g))));
        var observed = await first.EndConfigurationAsync(turn.Number, groups, [.. content.Calendars.Keys]);
        Tell(content, replies, observed);

        Task ConfigureAsync(string group, RunGroup? limits) => grains.Refer<IRunGroupEngine>(group).ConfigureAsync(limits, turn.Number, again: false);
    }

    private static ConfigurationOffer OfferOf(ConfiguredContent content, IReadOnlyDictionary<string, string> groups, bool again) => new()
    {
        Content = content.Fingerprint,
        Version = content.Version,
        Again = again,
        Calendars = content.Calendars,
        Observed = [.. content.Tasks.SelectMany(t => t.Task.Schedule?.CalendarNames ?? []).Distinct(StringComparer.Ordinal)],
        Groups = groups,
    };

    private static bool Has(ConfiguredContent content, string task) => content.Tasks.Any(t => t.Task.Name == task);

    private static bool Observes(TaskDefinition task, string calendar) => task.Schedule?.CalendarNames.Contains(calendar, StringComparer.Ordinal) == true;

    private Task<ConfigurationReply[]> EachPartitionAsync(Func<Func<string, bool>, int, Task<ConfigurationReply>> ask) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.Partitions).Select(p => ask(name => PartitionMap.PartitionOf(name, options.Value.Partitions) == p, p)));

    private Task EachPartitionAsync(Func<Func<string, bool>, int, Task> ask) =>
        Task.WhenAll(Enumerable.Range(0, options.Value.Partitions).Select(p => ask(name => PartitionMap.PartitionOf(name, options.Value.Partitions) == p, p)));

    private void Tell(ConfiguredContent content, ConfigurationReply[] replies, IReadOnlyList<string> observed)
    {
        if (content.Tasks.Count + content.Groups.Count + content.Calendars.Count > 0 || replies.Any(static r => r.Added.Count + r.Changed.Count + r.Removed.Count > 0))
        {
            LogApplied(log, content.Path, content.Tasks.Count, Names(replies.SelectMany(r => r.Added)), Names(replies.SelectMany(r => r.Changed)), Names(replies.SelectMany(r => r.Removed)));
        }

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

    [LoggerMessage(558, LogLevel.Warning, "The configuration {Path} cannot be brought into the registry yet; trying on. Silos of an earlier version may not know how: {Reason}")]
    private static partial void LogNotKnown(ILogger logger, string path, string reason);

    [LoggerMessage(559, LogLevel.Debug, "The configuration {Path} says nothing of tasks, groups and calendars. Those of another one stay.")]
    private static partial void LogNothing(ILogger logger, string path);

    [LoggerMessage(557, LogLevel.Warning, "No silo of the cluster has these handlers, which configuration names: {Handlers}. Their tasks do not run until a silo has them; a misspelt name never is.")]
    private static partial void LogNoHandler(ILogger logger, string handlers);
}
