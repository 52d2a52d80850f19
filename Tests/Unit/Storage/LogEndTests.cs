using OrleansTasks.Storage;

namespace OrleansTasks.Tests.Unit.Storage;

/// <summary>Tests how a partition's log ends.</summary>
public sealed class LogEndTests
{
    private readonly LogLines<LogEndTests> _log = new();

    [Fact]
    public async Task Take_SeveralReasons_KeepsTheFirst()
    {
        var end = new LogEnd("p0", _log);
        end.ThrowIfEnded();
        var (first, second) = (new PartitionFencedException("first"), new PartitionFencedException("second"));

        Assert.Same(first, end.Take(first));
        Assert.Same(first, end.Take(second));
        Assert.False(end.Told.IsCompleted);
        end.Tell();

        Assert.Same(first, await end.Told);
        Assert.Same(first, Assert.Throws<PartitionFencedException>(end.ThrowIfEnded));
    }

    [Fact]
    public void Log_AfterTheEnd_WritesNothing()
    {
        var end = new LogEnd("p0", _log);
        var error = new PartitionFencedException("first");
        end.Log(error);
        end.Take(error);
        end.Log(new PartitionFencedException("second"));

        Assert.Equal(1, Count);
    }

    private int Count => _log.Lines.Count;
}
