namespace OrleansTasks.Silo;

/// <summary>Defines the tasks that this silo runs, one of each kind.</summary>
internal static partial class SampleTasks
{
    private static readonly TimeSpan SleepStep = TimeSpan.FromMilliseconds(100);

    public static TasksBuilder AddSamples(this TasksBuilder tasks) => tasks
        .Define("fibonacci", Fibonacci,
            new TaskOptions
            {
                Description = "The n-th Fibonacci number, n from 0 to 92. It may be computed again if its silo is lost.",
                Guarantee = RunGuarantee.AtLeastOnce
            })
        .Define("sleep", SleepAsync,
            new TaskOptions { Description = "Sleeps for so many milliseconds, says how far it is, and can be cancelled." })
        .Define("fail", Fail, new TaskOptions { Description = "Throws an exception with the message." })
        .Seconds(1, "tick", Tick, options: new TaskOptions { Description = "Tells the instant at which it was due." })
        .Minutes(3, "greet", Greet, arguments: ["Hello, world!"],
            options: new TaskOptions { Description = "Writes the message to the silo's console." })
        .Cron("0 9 * * MON-FRI", "report", ReportAsync, timeZone: "Europe/Berlin",
            options: new TaskOptions { Description = "Counts the tasks on workdays." });

    private static long Fibonacci(int n)
    {
        if (n is < 0 or > 92)
        {
            throw new ArgumentOutOfRangeException(nameof(n), n, "n is from 0 to 92; the next number does not fit into 64 bits.");
        }

        var (current, next) = (0L, 1L);
        for (var i = 0; i < n; i++)
        {
            // The number after the 92nd overflows. The method never returns it.
            (current, next) = (next, unchecked(current + next));
        }

        return current;
    }

    private static async Task<int> SleepAsync(int milliseconds, TaskRunContext run, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(milliseconds);
        var total = TimeSpan.FromMilliseconds(milliseconds);
        var start = time.GetTimestamp();
        while (time.GetElapsedTime(start) is var slept && slept < total)
        {
            run.ReportProgress(slept / total, $"{(total - slept).TotalSeconds:0.0} s to go");
            var rest = total - slept;
            await Task.Delay(rest < SleepStep ? rest : SleepStep, time, run.CancellationToken);
        }

        run.ReportProgress(1);
        return milliseconds;
    }

    private static void Fail(string message) => throw new InvalidOperationException(message);

    private static DateTimeOffset Tick(TaskRunContext run) => run.ScheduledAt;

    private static string Greet(string message, ILogger log)
    {
        LogGreeting(log, message);
        return message;
    }

    private static async Task<string> ReportAsync(ITaskClient tasks, CancellationToken stop)
    {
        var scheduler = await tasks.GetSchedulerAsync(stop);
        return $"{scheduler.Tasks} tasks, {scheduler.PendingRuns} runs pending";
    }

    [LoggerMessage(901, LogLevel.Information, "{Message}")]
    private static partial void LogGreeting(ILogger logger, string message);
}
