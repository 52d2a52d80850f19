using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OrleansTasks.Client;
using OrleansTasks.Hosting;
using OrleansTasks.Running;
using OrleansTasks.Text;

namespace OrleansTasks.Tests.Unit;

public sealed class ContainedLoggerTests
{
    [Fact]
    public void Log_ProviderThrows_WritesToTheOthersAndReportsItOnce()
    {
        var kept = new KeepingProvider();
        using var loggers = LoggerFactory.Create(b => b.AddProvider(new ThrowingProvider()).AddProvider(kept));
        var log = new ContainedLogger<ContainedLoggerTests>(loggers);

        log.LogWarning("first");
        log.LogWarning("second");
        using (log.BeginScope("scope"))
        {
            Assert.True(log.IsEnabled(LogLevel.Warning));
        }

        Assert.Equal(
            ["first", "A log provider of this process threw OrleansTasks.Tests.Unit.ThrowingMessageException when it was written to",
                "second"], kept.Lines.Select(l => l.Split(", and")[0]));
    }

    [Fact]
    public void Scope_ThrowsAtItsEnd_IsContainedAndReportedOnce()
    {
        var kept = new KeepingProvider();
        using var loggers = LoggerFactory.Create(b => b.AddProvider(new ThrowingScopes()).AddProvider(kept));
        var log = new ContainedLogger<ContainedLoggerTests>(loggers);

        log.BeginScope("first")?.Dispose();
        log.BeginScope("second")?.Dispose();

        Assert.StartsWith("A log provider of this process threw System.InvalidOperationException", Assert.Single(kept.Lines),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Log_UntrustedText_IsEscapedInMessageAndValues()
    {
        var kept = new KeepingProvider();
        using var loggers = LoggerFactory.Create(b => b.AddProvider(kept));
        var log = new ContainedLogger<ContainedLoggerTests>(loggers);

        log.LogWarning("{Task} failed: {Error}", "task", "bad\r\nwarn: forged \u001b[31m\u202e");
        log.LogWarning("{Error}", new string('x', 100_000));

        Assert.Equal("task failed: bad\\r\\nwarn: forged \\u001B[31m\\u202E", kept.Lines[0]);
        Assert.InRange(kept.Lines[1].Length, 1_000, 2 * ShownText.MaxShown);
    }

    [Fact]
    public void EachClassThatLogs_HasAContainedLogger()
    {
        var silo = new SiloServices();
        silo.UseRedisTasks("localhost").UsePostgreSqlTasks("Host=localhost");
        silo.Services.AddEngineLoggers();
        silo.Services.AddContainedLogger<TaskClient>();
        silo.Services.AddContainedLogger<ConnectUntilTimeout>();
        silo.Services.AddTasksDashboard();
        var contained = silo.Services.Select(s => s.ServiceType).ToHashSet();
        var assemblies = new[]
        {
            typeof(RunExecutor), typeof(TaskClient), typeof(TasksDashboardOptions), typeof(RedisTasksHostingExtensions),
            typeof(PostgreSqlTasksHostingExtensions), typeof(SqliteTasksSiloBuilderExtensions)
        };
        var asked = assemblies
            .SelectMany(t => t.Assembly.GetTypes())
                .Where(t => !t.IsGenericType && t.Namespace?.StartsWith(nameof(OrleansTasks), StringComparison.Ordinal) == true)
            .SelectMany(t => t.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
            .SelectMany(c => c.GetParameters())
            .Select(p => p.ParameterType).Where(t => t.IsGenericType && t.GetGenericTypeDefinition() == typeof(ILogger<>)).Distinct()
            .ToList();

        Assert.True(asked.Count > 15);
        Assert.All(asked, t => Assert.Contains(t, contained));
    }

    private sealed class SiloServices : ISiloBuilder
    {
        public IServiceCollection Services { get; } = new ServiceCollection();

        public IConfiguration Configuration { get; } = new ConfigurationBuilder().Build();
    }

    private sealed class ThrowingProvider : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => throw new ThrowingMessageException();

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => throw new ThrowingMessageException();
    }

    private sealed class KeepingProvider : ILoggerProvider, ILogger
    {
        public List<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => Lines.Add(formatter(state, exception));
    }

    private sealed class ThrowingScopes : ILoggerProvider, ILogger, IDisposable
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => new ThrowingScope();

        public bool IsEnabled(LogLevel logLevel) => false;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose()
        {
        }

        private sealed class ThrowingScope : IDisposable
        {
            public void Dispose() => throw new InvalidOperationException("It does not end.");
        }
    }
}
