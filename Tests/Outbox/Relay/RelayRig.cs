using System.Data.Common;
using Microsoft.Extensions.DependencyInjection;
using OrleansTasks.Outbox.Relay;

namespace OrleansTasks.Tests.Outbox.Relay;

/// <summary>Runs a relay on a real database, with a fake cluster.</summary>
internal sealed class RelayRig : IAsyncDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().BuildServiceProvider();
    private readonly LogLines _lines = new();
    private readonly RelayMetrics _metrics = new();
    private readonly OutboxRelay _relay;

    public RelayRig(Func<DbConnection> connect, OutboxOptions? options = null, TimeProvider? time = null, FakeRuns? runs = null)
    {
        Runs = runs ?? new FakeRuns();
        Options = options ?? new OutboxOptions();
        Status = new RelayStatus("shop", Options, time ?? TimeProvider.System);
        _relay = new OutboxRelay(
            new RelayConnections(_ => (connect(), null), _services), () => Runs, () => Options.Tables, Status, _metrics,
            new RelayLog(_lines));
    }

    public FakeRuns Runs { get; }

    public OutboxOptions Options { get; }

    public RelayStatus Status { get; }

    /// <summary>Gets the log.</summary>
    public LogLines Log => _lines;

    public async Task<RelayRig> StartAsync()
    {
        await _relay.StartAsync(TestContext.Current.CancellationToken);
        return this;
    }

    public Task StopAsync() => _relay.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _relay.Dispose();
        _metrics.Dispose();
        await _services.DisposeAsync();
    }
}
