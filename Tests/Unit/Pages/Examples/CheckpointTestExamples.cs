using OrleansTasks.Testing;

namespace OrleansTasks.Tests.Unit.Pages;

/// <summary>Contains the test that docs/checkpoints.md shows, and runs it.</summary>
public sealed class CheckpointTestExamples
{
    // example: checkpoint-test
    [Fact]
    public async Task Import_WithACheckpoint_ContinuesThere()
    {
        var run = await TaskRun.For(async (TaskRunContext run) =>
        {
            int page = run.Checkpoint<int>();
            await run.SaveCheckpointAsync(page + 1);
        }).WithCheckpoint(7).RunAsync();

        Assert.Equal(8, run.Saved.Value<int>());
    }
    // end
}
