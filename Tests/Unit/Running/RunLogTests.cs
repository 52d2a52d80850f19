using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit;

public sealed class RunLogTests
{
    [Fact]
    public void Add_BeyondTheCharacterLimit_KeepsTheNewestLinesAndCountsDroppedOnes()
    {
        var log = new RunLog(1_000, 5_000, new FakeTimeProvider());
        for (var n = 0; n < 100; n++)
        {
            log.Add(LogLevel.Information, "c", $"{n}:{new string('x', 2_000)}", null);
        }

        var lines = log.Take();

        Assert.Equal("96 earlier lines are not kept.", lines[0].Message);
        Assert.Equal(["96", "97", "98", "99"], lines.Skip(1).Select(l => l.Message.Split(':')[0]));
        Assert.All(lines, l => Assert.True(l.Message.Length <= 1_000));
    }

    [Fact]
    public void Add_AnExceptionOfManyMegabytes_CopiesLittle()
    {
        var log = new RunLog(50, 65_536, new FakeTimeProvider());
        var text = new string('x', 20 << 20);
        var e = new InvalidOperationException(text);
        var before = GC.GetAllocatedBytesForCurrentThread();

        log.Add(LogLevel.Error, "c", text, e);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        Assert.Equal(1_000, Assert.Single(log.Take()).Message.Length);
    }
}
