using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Client.Links;
using OrleansTasks.Hosting;

namespace OrleansTasks.Tests.Unit;

public sealed class ClusterLinkTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void TryPass_NoSiloReachable_LetsOccasionalCallsThrough()
    {
        var link = new ClusterLink(_time, NullLogger.Instance);
        link.Start();
        Assert.True(link.TryPass());
        link.NotifyClusterConnectionLost();
        var passed = 0;
        for (var n = 0; n < 1200; n++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            for (var call = 0; call < 100; call++)
            {
                passed += link.TryPass() ? 1 : 0;
            }
        }

        // Within two minutes, attempts are made at 0.5, 1, 2 and 4 s, and then every 5 s.
        Assert.InRange(passed, 24, 28);
    }

    [Fact]
    public void TryPass_SiloReachableAgain_LetsAllCallsThrough()
    {
        var link = new ClusterLink(_time, NullLogger.Instance);
        link.Start();
        link.NotifyClusterConnectionLost();
        Assert.False(link.TryPass());
        link.NotifyGatewayCountChanged(1, 0, true);
        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(link.TryPass()));
    }

    [Fact]
    public void Notify_OfLossAndReturn_IsLoggedOnceEach()
    {
        var log = new Lines();
        var link = new ClusterLink(_time, log);
        link.NotifyGatewayCountChanged(1, 0, false);
        link.Start();
        for (var n = 0; n < 3; n++)
        {
            link.NotifyClusterConnectionLost();
            link.NotifyGatewayCountChanged(0, 1, false);
        }

        _time.Advance(TimeSpan.FromSeconds(90));
        link.NotifyGatewayCountChanged(1, 0, true);
        link.NotifyGatewayCountChanged(2, 1, false);
        link.Stop();
        link.NotifyClusterConnectionLost();
        Assert.Collection(
            log.Seen,
            l => Assert.Contains("out of reach", l, StringComparison.Ordinal),
            l => Assert.Contains("within reach again, after 00:01:30", l, StringComparison.Ordinal));
    }

    [Fact]
    public void ThrowIfNotUp_BeforeStartAndAfterStop_NamesTheState()
    {
        var link = new ClusterLink(_time, NullLogger.Instance);
        Assert.Contains("before", Assert.Throws<ClusterUnreachableException>(link.ThrowIfNotUp).Message, StringComparison.Ordinal);
        link.Start();
        link.ThrowIfNotUp();
        link.NotifyClusterConnectionLost();
        link.ThrowIfNotUp();
        link.Stop();
        Assert.Contains("after", Assert.Throws<ClusterUnreachableException>(link.ThrowIfNotUp).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Orleans", null, LogLevel.Information)]
    [InlineData("orleans", null, LogLevel.Information)]
    [InlineData("Orleans*", null, LogLevel.Information)]
    [InlineData("Orleans.Runtime", null, LogLevel.Information)]
    [InlineData("Orleans", "OrleansTasks", LogLevel.Error)]
    [InlineData("Orleans", "OrleansTasks.Some", LogLevel.Error)]
    public void Log_OfThisLibrary_IsNotSilencedByAFilterForOrleans(string silenced, string? own, LogLevel expected)
    {
        var services = new ServiceCollection();
        services.AddLogging(logging =>
        {
            logging.AddProvider(new Lines()).SetMinimumLevel(LogLevel.Information).AddFilter(silenced, LogLevel.Error);
            if (own is not null)
            {
                logging.AddFilter(own, LogLevel.Error);
            }
        });
        services.AddSingleton<IPostConfigureOptions<LoggerFilterOptions>, OwnLogRule>();
        using var provider = services.BuildServiceProvider();
        var loggers = provider.GetRequiredService<ILoggerFactory>();
        var log = loggers.CreateLogger("OrleansTasks.Some.Part");
        Assert.Equal(expected == LogLevel.Information, log.IsEnabled(LogLevel.Information));
        Assert.True(log.IsEnabled(LogLevel.Error));
        Assert.False(loggers.CreateLogger("Orleans.Runtime.Silo").IsEnabled(LogLevel.Warning));
    }

    private sealed class Lines : ILogger, ILoggerProvider
    {
        public List<string> Seen { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Seen.Add(formatter(state, exception));

        public void Dispose()
        {
        }
    }
}
