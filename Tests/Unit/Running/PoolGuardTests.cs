using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using OrleansTasks.Running;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>The guard of the thread pool can be turned off, because the pool belongs to the whole process.</summary>
public sealed class PoolGuardTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Start_WatchesThePool_OnlyIfTheOptionIsSet(bool adjusts)
    {
        using var rig = new RunnerRig();
        var options = Options.Create(new TasksOptions { AdjustThreadPool = adjusts });
        using var guard = new PoolGuard(rig.Executor, options, NullLogger<PoolGuard>.Instance);

        guard.Start();

        Assert.Equal(adjusts, guard.IsWatching);
    }

    [Fact]
    public void Options_ByDefault_AdjustThePool() => Assert.True(new TasksOptions().AdjustThreadPool);
}
