using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Web;

/// <summary>Tests that no answer of the API shows what the host's hook hides.</summary>
public sealed class MaskingTests
{
    private const string Secret = "hunter2";

    private static string Hide(string? task, MaskedKind kind, string json) =>
        json.Replace(Secret, $"{task}:{kind}", StringComparison.Ordinal);

    [Fact]
    public async Task Answers_WithASecret_AreMaskedUnderTheTasksOwnName()
    {
        await using var api = await ApiHost.StartAsync(o => o.Mask = Hide);
        var task = api.Tasks.Add("a", (_, _) => throw new TaskArgumentException("a", "n", $"'n' is {Secret}."));
        task.Info = task.Info with
        {
            Handler = "a",
            Arguments = [Secret],
            PauseNote = Secret,
            Changes = [new TaskChange { Kind = TaskEventKind.TaskPaused, Note = Secret }],
            LastResult = task.Finish(Secret),
        };
        var text = (await api.SendAsync("GET", "tasks/a")).Text + (await api.SendAsync("GET", "tasks")).Text
            + (await api.SendAsync("GET", "tasks/a/runs")).Text
            + (await api.SendAsync("POST", "tasks/a/run", "{}")).Text;
        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        Assert.Contains("a:Arguments", text, StringComparison.Ordinal);
        Assert.Contains("a:Value", text, StringComparison.Ordinal);
        Assert.Contains("a:Text", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Events_WithASecret_AreMasked()
    {
        await using var api = await ApiHost.StartAsync(o => o.Mask = Hide);
        var task = api.Tasks.Add("a");
        await using var all = await api.ListenAsync("results");
        await using var one = await api.ListenAsync("tasks/a/results");
        await using var broadcasts = await api.ListenAsync("broadcasts");
        task.Finish(Secret);
        await api.SendAsync("POST", "broadcasts", $"\"{Secret}\"");
        foreach (var (stream, kind) in new[] { (all, "a:Value"), (one, "a:Value"), (broadcasts, ":Broadcast") })
        {
            var data = (await stream.NextAsync()).Data.GetRawText();
            Assert.Contains(kind, data, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret, data, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Hook_ThatThrows_HidesTheValueAndIsLoggedWithoutItsMessage()
    {
        await using var api = await ApiHost.StartAsync(o => o.Mask = (_, _, json) => throw new InvalidOperationException(json));
        var task = api.Tasks.Add("a");
        task.Info = task.Info with { Arguments = [Secret], PauseNote = Secret };
        Assert.DoesNotContain(Secret, (await api.SendAsync("GET", "tasks/a")).Text, StringComparison.Ordinal);
        var line = Assert.Single(api.Log.Lines, l => l.Level == LogLevel.Warning);
        Assert.Contains("InvalidOperationException", line.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, line.Text + line.Exception, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hook_OfTheDashboard_IsUsedIfTheApiHasNone()
    {
        await using var api = await ApiHost.StartAsync(build: b => b.Services.AddTasksDashboard(),
            pipeline: app => app.MapTasksDashboard("/tasks", o => o.Mask = Hide));
        var task = api.Tasks.Add("a");
        task.Info = task.Info with { Arguments = [Secret] };
        Assert.DoesNotContain(Secret, (await api.SendAsync("GET", "tasks/a")).Text, StringComparison.Ordinal);
    }
}
