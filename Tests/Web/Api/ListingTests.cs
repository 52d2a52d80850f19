namespace OrleansTasks.Tests.Web;

/// <summary>Tests searches for tasks and handlers over HTTP.</summary>
public sealed class ListingTests
{
    [Fact]
    public async Task List_SearchedAndTagged_ReturnsMatchingTasks()
    {
        await using var host = await ApiHost.StartAsync();
        var tagged = host.Tasks.Add("Invoices.send");
        tagged.Info = tagged.Info with { Options = new TaskOptions { Tags = ["billing"] } };
        host.Tasks.Add("invoices.check");
        host.Tasks.Add("other");
        Assert.Equal(["Invoices.send", "invoices.check"], Names(await host.SendAsync("GET", "tasks?search=VOICES")));
        Assert.Equal(["Invoices.send"], Names(await host.SendAsync("GET", "tasks?tag=Billing&search=")));
        (await host.SendAsync("GET", "tasks?sort=size")).Problem(400, "invalid-argument");
        (await host.SendAsync("GET", "tasks?sort=nextDue&after=x")).Problem(400, "invalid-argument");
    }

    [Fact]
    public async Task List_ByNextDue_PageByPage_GivesAll()
    {
        await using var host = await ApiHost.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            var task = host.Tasks.Add($"task-{i}");
            task.Info = task.Info with { NextDue = i % 2 == 0 ? FakeTask.Epoch.AddHours(9 - i) : null };
        }

        var (names, after) = (new List<string>(), "");
        do
        {
            var page = await host.SendAsync("GET", $"tasks?sort=nextDue&limit=1&after={Uri.EscapeDataString(after)}");
            names.AddRange(Names(page));
            after = page.Json.GetProperty("next").GetString() ?? "";
        }
        while (after.Length > 0);

        Assert.Equal(["task-4", "task-2", "task-0", "task-1", "task-3"], names);
    }

    [Fact]
    public async Task OverviewAndHandlers_AreReturnedAsJson()
    {
        await using var host = await ApiHost.StartAsync();
        host.Tasks.Add("one");
        host.Tasks.Handlers =
            [new HandlerInfo
            {
                Name = "one",
                Parameters = [new HandlerParameterInfo { Name = "n", Type = "int", Kind = ArgumentKind.Integer }]
            }];
        Assert.Equal(1, (await host.SendAsync("GET", "overview")).Json.GetProperty("active").GetInt32());
        var parameter = (await host.SendAsync("GET", "handlers")).Json.GetProperty("items")[0].GetProperty("parameters")[0];
        Assert.Equal(("n", "integer"), (parameter.GetProperty("name").GetString(), parameter.GetProperty("kind").GetString()));
    }

    private static IEnumerable<string> Names(Answer page) =>
        page.Json.GetProperty("items").EnumerateArray().Select(t => t.GetProperty("name").GetString()!);

    [Fact]
    public async Task Lists_OfLargeItems_EndAtTheSizeLimitAndContinue()
    {
        await using var host = await ApiHost.StartAsync();
        var large = new string('x', 300_000);
        for (var n = 0; n < 10; n++)
        {
            var task = host.Tasks.Add($"t{n}");
            task.Info = task.Info with { Arguments = [large] };
        }

        host.Tasks.Handlers =
            [.. Enumerable.Range(0, 10)
                .Select(n => new HandlerInfo { Name = $"h{n}", Parameters = [new HandlerParameterInfo { Name = "p", Default = large }] })];
        for (var n = 0; n < 10; n++)
        {
            var (task, run) = (host.Tasks.Get("t0"), new RunId("t0", Guid.CreateVersion7()));
            task.AddRun(
                new RunInfo
                {
                    RunId = run,
                    Status = RunStatus.Succeeded,
                    Result = task.Result(large, RunStatus.Succeeded, run) with { Sequence = n + 1 }
                });
        }

        Assert.Equal(Enumerable.Range(0, 10).Select(n => $"t{n}"),
            await ReadAsync("tasks?limit=1000", "after", i => i.GetProperty("name").GetString()!));
        Assert.Equal(Enumerable.Range(0, 10).Select(n => $"h{n}"),
            await ReadAsync("handlers?x=", "after", i => i.GetProperty("name").GetString()!));
        Assert.Equal(Enumerable.Range(1, 10).Reverse(),
            await ReadAsync("tasks/t0/runs?limit=1000", "before", i => i.GetProperty("result").GetProperty("sequence").GetInt32()));

        async Task<List<T>> ReadAsync<T>(string path, string parameter, Func<System.Text.Json.JsonElement, T> read)
        {
            var items = new List<T>();
            for (string? next = ""; next is not null;)
            {
                var page =
                    (await host.SendAsync("GET", path + (next.Length == 0 ? "" : $"&{parameter}={Uri.EscapeDataString(next)}"))).Json;
                var some = page.GetProperty("items").EnumerateArray().Select(read).ToList();
                Assert.InRange(some.Count, 1, 5);
                items.AddRange(some);
                next = page.TryGetProperty("next", out var more) && more.ValueKind != System.Text.Json.JsonValueKind.Null
                    ? more.ToString()
                    : null;
            }

            return items;
        }
    }
}
