namespace OrleansTasks.Simulation;

/// <summary>Runs one history of a cluster: it sends requests, injects faults, and checks that the promises are kept.</summary>
internal sealed class History
{
    // In every so many histories, handlers save how far they are. A seed's rest decides, so that the other histories stay as they were.
    private const ulong Nth = 8;
    private static readonly TimeSpan Beginning = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan Load = TimeSpan.FromSeconds(8.5);
    private static readonly TimeSpan ShortRest = TimeSpan.FromSeconds(6);

    // In all but the rarest cases, this is longer than the engine's waits before it tries a failed operation again.
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Rest = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Reading = TimeSpan.FromSeconds(30);
    private readonly World _world;
    private readonly SimCluster _cluster;
    private readonly SimClient _client;
    private readonly Loads _loads;
    private readonly Judgement _judgement;
    private readonly Faults _faults;
    private readonly bool _hasSteps;
    private readonly bool _restsLong;

    /// <param name="seed">Determines every random decision.</param>
    /// <param name="copier">Writes and reads records.</param>
    /// <param name="settings">The settings of the history.</param>
    public History(ulong seed, RecordCopier copier, HistorySettings settings)
    {
        _world = new World(seed, settings.Traces) { CallsOf = settings.CallsOf };
        _cluster = new SimCluster(_world, copier, PlantedDefect.Of(settings.Planted));
        _cluster.Truth.HasCheckpoints = seed % Nth == 0;
        _client = new SimClient(_world, _cluster, Load);
        _faults = new Faults(_world, _cluster, settings.WithUndead && _world.Happens(0.5));
        _hasSteps = _world.Happens(0.2);
        _restsLong = _world.Happens(0.01) || settings.RestsLong;
        _judgement = new Judgement(_cluster.Truth, World.Begin + Load, _hasSteps) { HasRestedLong = _restsLong };
        _loads = new Loads(_client, _cluster);
    }

    public long Steps => _world.Steps;

    public string Trace => _world.Trace;

    public IReadOnlyDictionary<string, int> FaultsMade => _faults.Made;

    /// <summary>Gets whether the cluster has the full time to come to rest.</summary>
    public bool HasRestedLong => _restsLong;

    /// <summary>Runs the history.</summary>
    /// <returns>The promises that were broken.</returns>
    public IReadOnlyList<string> Run()
    {
        for (var n = 0; n < 3; n++)
        {
            _cluster.Start();
        }

        _world.After(TimeSpan.FromMilliseconds(10), _cluster.Supervise);
        _world.After(Beginning, _loads.Begin);
        _faults.Begin(Beginning + TimeSpan.FromSeconds(0.3), Load, _hasSteps);
        _world.RunUntil(Load);
        _faults.End();
        _cluster.Truth.TakesMore = false;
        _world.RunUntil(Load + Rest, IsOver);
        if (!_restsLong)
        {
            _world.RunUntil(_world.Now + ShortRest);
        }

        var reading = _client.Do(() => _loads.ReadAsync(_judgement));
        _world.RunUntil(_world.Now + Reading, () => reading.IsCompleted);
        _judgement.Add(reading.IsCompletedSuccessfully, reading.Exception?.InnerException?.ToString() ?? "The cluster does not answer.");
        _judgement.Add(!_world.IsStuck, $"Something goes round in circles: {_world.Steps} things have happened in {_world.Now}.");
        _judgement.Decide();
        _loads.Judge(_judgement);
        return _judgement.Violations;
    }

    /// <summary>
    /// Returns whether every run that was requested or began before the faults ended is over, as far as an observer outside the cluster can
    /// see.
    /// </summary>
    private bool IsOver() => !_restsLong && (_cluster.Truth.HasEnded || World.Begin + _world.Now - _cluster.Truth.LastMove > Quiet);
}
