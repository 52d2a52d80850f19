namespace OrleansTasks.Tests.Unit.Pages;

#pragma warning disable CA2016 // Examples say only what they are about.

// What the page about the client shows. Nothing here is run; that it compiles is the test.
internal static class ClientExamples
{
    public static async Task WaitAsync(ITaskClient tasks)
    {
        // example: client-wait
        long value = await tasks.RunAsync<long>("square", [12]);
        TaskResult result = await tasks.RunAsync("square", [12], new RunOptions { Timeout = TimeSpan.FromSeconds(5) });
        // end
        Console.WriteLine($"{value} {result.Status}");
    }

    public static async Task DispatchAsync(ITaskClient tasks)
    {
        // example: client-dispatch
        RunId run = await tasks.DispatchAsync("greet", ["Good day"], new DispatchOptions { Delay = TimeSpan.FromMinutes(1) });
        TaskResult later = await tasks.WaitAsync(run);
        // end
        Console.WriteLine(later.Status);
    }

    public static async Task ScheduleAsync(ITaskClient tasks, TimeProvider time)
    {
        // example: client-schedule
        TaskHandle often = await tasks.ScheduleAsync(new TaskRegistration
        {
            Name = "often",
            Handler = "square",
            Schedule = TaskSchedule.Every(TimeSpan.FromSeconds(2)),
            Arguments = [7],
        });
        await often.PauseAsync("The other side is down.", until: time.GetUtcNow().AddHours(1));
        await often.ResumeAsync();
        await often.CancelAsync();
        // end
    }

    public static async Task PreviewAsync(ITaskClient tasks)
    {
        // example: preview
        TaskHandle report = tasks.GetTask("report");
        TaskSchedule later = TaskSchedule.Cron("0 10 * * MON-FRI", "Europe/Berlin");
        SchedulePreview preview = await report.PreviewAsync(later);
        Console.WriteLine($"{preview.Description}: {preview.Added.Count} added, {preview.Removed.Count} removed.");
        await report.UpdateAsync(registration => registration with { Schedule = later });
        // end
    }

    public static async Task ResultsAsync(ITaskClient tasks, CancellationToken stop)
    {
        // example: client-results
        await foreach (TaskResult tick in tasks.Results("tick", stop))
        {
            Console.WriteLine(tick.Status == RunStatus.Gap ? $"{tick.Missed} results were lost." : $"{tick.Sequence}: {tick.Status}");
        }
        // end
    }

    public static async Task SubscribeAsync(ITaskClient tasks, CancellationToken stop)
    {
        // example: client-subscribe
        await using ITaskSubscription<TaskResult> results = await tasks.SubscribeResultsAsync("square", ct: stop);
        await tasks.DispatchAsync("square", [12]);
        TaskResult first = await results.FirstAsync(stop);
        // end
        Console.WriteLine(first.Status);
    }

    public static async Task BroadcastAsync(ITaskClient tasks, CancellationToken stop)
    {
        // example: client-broadcast
        await tasks.BroadcastAsync(new { text = "hello" });

        await foreach (BroadcastMessage message in tasks.Broadcasts(stop))
        {
            Console.WriteLine(message.Message);
        }
        // end
    }

    public static async Task PauseAsync(ITaskClient client, TimeProvider time)
    {
        // example: pause
        TaskHandle report = client.GetTask("report");
        await report.PauseAsync(
            "The warehouse moves.", until: time.GetUtcNow().AddDays(2), by: "alice", occurrences: PausedOccurrences.CatchUp);
        await report.ResumeAsync();
        // end
    }

    public static async Task LedgerAsync(ITaskClient client)
    {
        // example: ledger
        TaskLedger ledger = await client.GetTask("report").LedgerAsync();
        Console.WriteLine($"{ledger.Planned} planned: {ledger.Fired} fired, {ledger.Skipped} skipped, {ledger.Missed} missed.");
        foreach (LedgerRange range in ledger.Ranges)
        {
            Console.WriteLine($"{range.From:u} to {range.To:u}: {range.Count} {range.Outcome}, {range.Reason}");
        }
        // end
    }

    public static async Task WhyAsync(ITaskClient client)
    {
        // example: why
        TaskInfo task = await client.GetTask("report").DescribeAsync();
        Console.WriteLine($"{task.State}, next due {task.NextDue:u}, note of the pause: {task.PauseNote}");
        Console.WriteLine($"Handler available: {task.HandlerAvailable}; fault of the schedule: {task.ScheduleFault}");
        // end
    }

    public static async Task WatchAsync(ITaskClient client, CancellationToken stop)
    {
        // example: watch
        await foreach (TaskEvent happened in client.Events(ct: stop))
        {
            if (happened.Kind is TaskEventKind.OccurrenceMissed or TaskEventKind.RunOverdue or TaskEventKind.RunTooLong)
            {
                Console.WriteLine($"{happened.Task}: {happened.Kind}, {happened.Reason} {happened.Note}");
            }
        }
        // end
    }
}
