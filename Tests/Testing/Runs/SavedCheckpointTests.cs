using OrleansTasks.Testing;

namespace OrleansTasks.Tests.Testing.Runs;

/// <summary>Tests runs that save something, and runs that begin with what was saved.</summary>
public sealed class SavedCheckpointTests
{
    [Fact]
    public async Task RunAsync_WithARetry_BeginsWithWhatTheFirstAttemptSaved()
    {
        var seen = new List<int>();
        var report = await TaskRun.For(async (TaskRunContext run) =>
        {
            await run.StepAsync("charge", () => Task.FromResult(run.Attempt));
            await foreach (var item in run.Items([10, 11, 12, 13], every: 1))
            {
                seen.Add(item);
                if (run.Attempt == 1 && item == 12)
                {
                    throw new InvalidOperationException();
                }
            }

            await run.SaveCheckpointAsync(seen.Count);
        }).WithRetry(new RetryPolicy { MaxAttempts = 2 }).RunAsync();

        Assert.True(report.Successful, report.Error);
        Assert.Equal([10, 11, 12, 12, 13], seen);
        Assert.Equal((1, 4, 5, true), (report.Saved.Step<int>("charge"), report.Saved.ItemsDone(), report.Saved.Value<int>(),
            report.Saved.HasValue));
        Assert.Equal(["charge"], report.Saved.Steps);
    }

    [Fact]
    public async Task RunAsync_WithACheckpoint_BeginsThere()
    {
        var report = await TaskRun.For(async (TaskRunContext run) =>
        {
            var sum = run.HasCheckpoint ? run.Checkpoint<int>() : 0;
            sum += await run.StepAsync("add", () => Task.FromResult(1));
            await foreach (var item in run.Items([1000, 2000, 4000]))
            {
                sum += item;
            }

            return sum;
        }).WithCheckpoint(10).WithStep("add", 100).WithItemsDone(1).RunAsync();
        Assert.Equal(6110, report.GetValue<int>());
        Assert.Equal(3, report.Saved.ItemsDone());
    }

    [Fact]
    public async Task TestRunContext_WithACheckpoint_HasIt()
    {
        var run = new TestRunContext().WithCheckpoint("page 7").WithStep("charge", 3);
        Assert.Equal("page 7", run.Context.Checkpoint<string>());
        Assert.Equal(3, await run.Context.StepAsync("charge", () => Task.FromResult(4)));
        await run.Context.SaveCheckpointAsync("page 8");
        Assert.Equal((1, "page 8"), (run.Saved.Count, run.Saved.Value<string>()));
    }

    [Fact]
    public async Task Items_OfAListThatGotShorter_Throws()
    {
        var report = await TaskRun.For(async (TaskRunContext run) =>
        {
            await foreach (var _ in run.Items([1]))
            {
            }
        }).WithItemsDone(2).RunAsync();
        Assert.Contains("only 1", report.Error, StringComparison.Ordinal);
    }
}
