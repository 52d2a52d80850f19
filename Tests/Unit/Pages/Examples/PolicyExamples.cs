namespace OrleansTasks.Tests.Unit.Pages;

#pragma warning disable CA2016 // Examples say only what they are about.

// What the pages about policies, runs and ledgers show. Nothing here is run; that it compiles is the test.
internal static class PolicyExamples
{
    internal interface IMail
    {
        Task SendAsync(string to);
    }

    public static void Retries(TasksBuilder tasks)
    {
        // example: retries
        tasks.Define("send", async (string to, IMail mail) => await mail.SendAsync(to), new TaskOptions
        {
            Retry = new RetryPolicy { MaxAttempts = 8, Delay = TimeSpan.FromSeconds(2), NotFor = ["ArgumentException"] },
            Timeout = TimeSpan.FromSeconds(30),
        });
        // end
    }

    public static void Groups(TasksBuilder tasks, Delegate send, Delegate newsletter)
    {
        // example: group-of-tasks
        var rate = new RateLimit { Runs = 100, Period = TimeSpan.FromMinutes(1) };
        tasks.Group("mail", new RunGroup { MaxConcurrentRuns = 5, RateLimit = rate });
        tasks.Define("send", send, new TaskOptions { Group = "mail" });
        tasks.Define("newsletter", newsletter, new TaskOptions { Group = "mail" });
        // end
    }

    public static async Task ContinuationsAsync(ITaskClient tasks)
    {
        // example: continuations
        await tasks.DispatchAsync("import", ["orders.csv"], new DispatchOptions
        {
            Then = [new Continuation("index"), new Continuation("alarm") { On = ContinuationTrigger.Failed, Pass = PassedArgument.Result }],
        });
        // end
    }

    public static async Task BatchesAsync(ITaskClient tasks, string[] files)
    {
        // example: batch-of-files
        var batch = await tasks.DispatchBatchAsync([.. files.Select(f => new BatchItem("import", [f]))], then: new Continuation("report"));
        BatchInfo? done = await tasks.WaitBatchAsync(batch);
        // end
        Console.WriteLine(done?.Succeeded);
    }

    public static async Task SearchAsync(ITaskClient client, DateTimeOffset yesterday)
    {
        // example: search-runs
        var failed = new RunQuery { Statuses = [RunStatus.Failed, RunStatus.TimedOut], From = yesterday, Limit = 100 };
        await foreach (var run in client.RunsAsync(failed))
        {
            Console.WriteLine($"{run.RunId} {run.Result!.Error}");
            await client.RetryAsync(run.RunId);
        }
        // end
    }

    public static async Task RepeatAsync(ITaskClient client, DateTimeOffset yesterday)
    {
        // example: repeat-runs
        var failed = new RunQuery { Statuses = [RunStatus.Failed], From = yesterday };
        var operation = await client.RetryAllAsync(RunSelection.Of(failed));
        var report = (await client.WaitAsync(operation)).GetValue<RunOperationReport>()!;
        Console.WriteLine($"{report.Done} retried, {report.Refused} refused");
        // end
    }

    public static async Task LedgerAsync(ITaskClient tasks)
    {
        // example: ledger-ranges
        var ledger = await tasks.GetTask("report").LedgerAsync();
        // ledger.Planned == ledger.Fired + ledger.Skipped + ledger.Missed + ledger.Pending
        foreach (var range in ledger.Ranges)   // the newest first
        {
            Console.WriteLine($"{range.From:u} to {range.To:u}: {range.Count} {range.Outcome}, {range.Reason}");
        }
        // end
    }

    public static async Task ActorAsync(ITaskClient tasks)
    {
        // example: actor-of-calls
        using (TaskActor.As("alice"))
        {
            await tasks.GetTask("report").PauseAsync("quarter end");
            await tasks.DispatchAsync("send-email");
        }
        // end
    }
}
