using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit;

public sealed class ThrownReaderTests
{
    private static readonly Microsoft.Extensions.Options.IOptions<TasksOptions> Limits =
        Microsoft.Extensions.Options.Options.Create(new TasksOptions());

    [Fact]
    public async Task ReadAsync_APlainException_IsReadImmediately()
    {
        var reading = new ThrownReader(TimeProvider.System,
            Limits).ReadAsync(new InvalidOperationException("plain", new FormatException("inner")), withDescription: true);

        Assert.True(reading.IsCompletedSuccessfully);
        var thrown = await reading;
        Assert.Equal(("System.InvalidOperationException", "plain"), (thrown.Type, thrown.Message));
        Assert.Contains("System.FormatException: inner", thrown.Description, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_AMessageThatBlocks_TimesOut()
    {
        using var gate = new ManualResetEventSlim();
        var time = new FakeTimeProvider();
        var reading = new ThrownReader(time, Limits).ReadAsync(new AggregateException(new BlockingMessageException(gate)),
            withDescription: true);
        Assert.False(reading.IsCompleted);
        time.Advance(ThrownReader.Patience);

        var thrown = await reading;

        gate.Set();
        Assert.Equal("System.AggregateException", thrown.Type);
        Assert.Contains("was not there after 2 s", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_AMessageThatThrows_ReportsIt()
    {
        var thrown = await new ThrownReader(TimeProvider.System, Limits).ReadAsync(new ThrowingEverythingException(),
            withDescription: true);

        Assert.Contains("could not be read", thrown.Message, StringComparison.Ordinal);
        Assert.StartsWith(typeof(ThrowingEverythingException).FullName!, thrown.Description, StringComparison.Ordinal);
    }
}
