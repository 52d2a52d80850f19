namespace OrleansTasks.Tests.Web;

/// <summary>Finding tasks and handlers over HTTP.</summary>
public sealed class ListingTests
{
    [Fact]
    public async Task List_SearchedAndTagged_GivesWhatFits()
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
    public async Task OverviewAndHandlers_AreToldAsJson()
    {
        await using var host = await ApiHost.StartAsync();
        host.Tasks.Add("one");
        host.Tasks.Handlers = [new HandlerInfo { Name = "one", Parameters = [new HandlerParameterInfo { Name = "n", Type = "int", Kind = ArgumentKind.Integer }] }];
        Assert.Equal(1, (await host.SendAsync("GET", "overview")).Json.GetProperty("active").GetInt32());
        var parameter = (await host.SendAsync("GET", "handlers")).Json.GetProperty("items")[0].GetProperty("parameters")[0];
        Assert.Equal(("n", "integer"), (parameter.GetProperty("name").GetString(), parameter.GetProperty("kind").GetString()));
    }

    private static IEnumerable<string> Names(Answer page) => page.Json.GetProperty("items").EnumerateArray().Select(t => t.GetProperty("name").GetString()!);
}
