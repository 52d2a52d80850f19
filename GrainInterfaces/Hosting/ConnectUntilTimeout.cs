using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Messaging;

namespace OrleansTasks.Hosting;

/// <summary>
/// Lets a starting client retry until <see cref="TaskClientOptions.ConnectTimeout"/> has elapsed, and then reports what was tried.
/// </summary>
internal sealed partial class ConnectUntilTimeout(
    IOptions<TaskClientOptions> options, IGatewayListProvider gateways, TimeProvider? time, ILogger<ConnectUntilTimeout> log)
        : IClientConnectionRetryFilter
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private long? _since;

    public ConnectUntilTimeout(IOptions<TaskClientOptions> options, IGatewayListProvider gateways, ILogger<ConnectUntilTimeout> log)
        : this(options, gateways, null, log)
    {
    }

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        var limit = options.Value.ConnectTimeout;
        var first = _since is null;
        _since ??= _time.GetTimestamp();
        if (_time.GetElapsedTime(_since.Value) >= limit)
        {
            throw new ClusterUnreachableException(
                $"No cluster could be reached within {limit}. Gateways tried: {await DescribeGatewaysAsync().ConfigureAwait(false)}. "
                    + "Start a silo of this cluster, or check the "
                + $"clustering of this client. The last failure: {exception.Message}", exception);
        }

        if (first)
        {
            LogTrying(log, limit, await DescribeGatewaysAsync().ConfigureAwait(false));
        }

        await Task.Delay(Pause, _time, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private async Task<string> DescribeGatewaysAsync()
    {
        try
        {
            var uris = await gateways.GetGateways().ConfigureAwait(false);
            return uris.Count == 0 ? "none, the membership table lists no silo" : string.Join(", ", uris.Select(u => $"{u.Host}:{u.Port}"));
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return $"none, the list of gateways could not be read ({e.Message})";
        }
    }

    [LoggerMessage(21, LogLevel.Information, "No silo answers yet; trying for {Limit}. Gateways: {Gateways}")]
    private static partial void LogTrying(ILogger logger, TimeSpan limit, string gateways);
}
