using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using OrleansTasks.Configured;
using OrleansTasks.Running;
using static OrleansTasks.Supervision.ConfigurationLog;

namespace OrleansTasks.Supervision;

/// <summary>
/// Applies this silo's configuration to the registry: once after the silo has started, once after each change, and once for a registry that
/// has lost it. A failed attempt is repeated as a whole; applying something twice changes nothing. The loop is separate: it handles a
/// change that occurs while it applies something next.
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

    // A rejected configuration is retried, but reported once.
    private readonly HashSet<string> _told = [];
    private volatile ConfiguredContent? _applied;
    private ConfiguredContent? _next;
    private bool _isUp;
    private bool _isRefused;
    private bool _isLost;
    private long _number;

    // Others set it while the loop works.
    private int _changed;
    private int _met;

    private ConfiguredContent Content => _applied ?? reader.First.Content;

    /// <summary>Decides whether configuration defines a task, so that the code's definition must not be registered.</summary>
    public bool Names(string task) => reader.IsUsed && Content.Names(task);

    /// <summary>Decides whether configuration defines the limits of a group.</summary>
    public bool NamesGroup(string group) => reader.IsUsed && Content.Groups.ContainsKey(group);

    /// <summary>Records that a partition was met for the first time, or has lost its storage.</summary>
    public void NoteMet()
    {
        Interlocked.Exchange(ref _met, 1);
        _wakeup.Ring();
    }

    /// <summary>
    /// Applies the initial configuration. If others cannot accept it yet, the silo starts nevertheless, and <see cref="RunAsync"/> applies
    /// it.
    /// </summary>
    /// <exception cref="InvalidTaskException">The configuration cannot take effect.</exception>
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

    /// <summary>
    /// Does the remaining work until the silo stops. Nobody waits for it, and nothing else applies configuration meanwhile.
    /// </summary>
    public async Task RunAsync(CancellationToken ct)
    {
        if (!reader.IsUsed)
        {
            return;
        }

        using var listening = reader.Listen(NoteChanged);

        // A silo that could not accept it may be gone.
        using var watching = cluster.Listen(_wakeup.Ring);

        // The configuration may have changed between the start and now.
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

    /// <summary>Does the work that is due now.</summary>
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

    /// <summary>Applies the configuration to the registry, if it can take effect.</summary>
    /// <returns>Whether it can take effect. Others may change that, for example by creating a calendar, so it must be retried.</returns>
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

    /// <summary>Reads the present configuration. If it has a fault, the previous one stays.</summary>
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
