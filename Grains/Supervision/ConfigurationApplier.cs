using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansTasks.Configured;
using OrleansTasks.Running;
using static OrleansTasks.Supervision.ConfigurationLog;

namespace OrleansTasks.Supervision;

/// <summary>
/// Brings what this silo's configuration says into the registry: once when the silo has started, once whenever it says something else, and once for a registry that has lost it. What fails in
/// between is tried again as a whole; all of it may be done more than once, and changes nothing then. It is one loop of its own: what changes while it applies something is looked at next.
/// </summary>
internal sealed class ConfigurationApplier(
    ConfigurationReader reader,
    ConfigurationDelivery delivery,
    IClusterView cluster,
    IOptions<TasksOptions> options,
    [FromKeyedServices(TimeProviderNames.Messaging)] TimeProvider time,
    ILogger<ConfigurationApplier> log)
{
    private readonly Wakeup _wakeup = new(time);
    private readonly ConfigurationFailures _failures = new(log);

    // What was refused is tried again, and told once.
    private readonly HashSet<string> _told = [];
    private volatile ConfiguredContent? _applied;
    private ConfiguredContent? _next;
    private bool _isUp;
    private bool _isRefused;
    private bool _isLost;
    private long _number;

    // Set by others while it works.
    private int _changed;
    private int _met;

    private ConfiguredContent Content => _applied ?? reader.First.Content;

    /// <summary>Whether configuration says what a task is, so that what the code says is not to be registered.</summary>
    public bool Names(string task) => reader.IsUsed && Content.Names(task);

    /// <summary>Whether configuration says what the limits of a group are.</summary>
    public bool NamesGroup(string group) => reader.IsUsed && Content.Groups.ContainsKey(group);

    /// <summary>Notes that a partition was met for the first time, or has lost what was stored.</summary>
    public void NoteMet()
    {
        Interlocked.Exchange(ref _met, 1);
        _wakeup.Ring();
    }

    /// <summary>Brings what the silo starts with into the registry. Where others cannot take it yet, it starts all the same, and <see cref="RunAsync"/> brings it.</summary>
    /// <exception cref="InvalidTaskException">It cannot be in force.</exception>
    public async Task StartAsync(CancellationToken ct)
    {
        if (!reader.IsUsed)
        {
            return;
        }

        try
        {
            await ApplyAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested && ConfigurationFailures.IsForLater(e))
        {
            _failures.Note(Content.Path, e);
        }

        _isUp = true;
    }

    /// <summary>Does what is left to do, until the silo stops: nobody waits for it, and nothing else is applied meanwhile.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (!reader.IsUsed)
        {
            return;
        }

        using var listening = reader.Listen(NoteChanged);

        // A silo that could not take it may be gone.
        using var watching = cluster.Listen(_wakeup.Ring);

        // It may have changed between the start and now.
        NoteChanged();
        while (!ct.IsCancellationRequested)
        {
            await _wakeup.WaitAsync(_failures.Pause ?? options.Value.SupervisionPeriod, ct);
            try
            {
                await ApplyAsync(ct);
                _failures.Clear(Content.Path);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                _failures.Note(Content.Path, e);
            }
        }
    }

    /// <summary>Does what is left to do now.</summary>
    private async Task ApplyAsync(CancellationToken ct)
    {
        _isLost |= Interlocked.Exchange(ref _met, 0) == 1 && _applied is not null;
        if (Interlocked.Exchange(ref _changed, 0) == 1 || reader.HasVanished)
        {
            TakeChange();
        }

        var next = _applied is null ? _next ?? reader.First.Content : _next;
        _isRefused = false;
        if (next is not null && await TryDeliverAsync(next, again: false, ct))
        {
            (_applied, _next, _isLost) = (next, null, false);
            _told.Clear();
        }
        else
        {
            _isRefused = next is not null;
            _isLost = _isLost && !await TryDeliverAsync(Content, again: true, ct);
        }

        if (_number > 0)
        {
            await delivery.RestoreAsync(Content, _number, ct);
        }
    }

    /// <summary>Brings what configuration says into the registry, if it can be in force.</summary>
    /// <returns>Whether it can. What others do may change that, such as making a calendar: it is to be retried.</returns>
    private async Task<bool> TryDeliverAsync(ConfiguredContent content, bool again, CancellationToken ct)
    {
        try
        {
            _number = await delivery.DeliverAsync(content, again, ct);
            return true;
        }
        catch (InvalidTaskException e) when (_isUp)
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

    private void NoteChanged()
    {
        Interlocked.Exchange(ref _changed, 1);
        _wakeup.Ring();
    }

    private static string Lines(IEnumerable<string> faults) => string.Concat(faults.Select(f => $"{Environment.NewLine} - {f}"));
}
