using System.Net;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Unit.Pages;

#pragma warning disable CA2000, CA2016 // Examples say only what they are about.

// What pages show of runs. Nothing here is run; that it compiles is the test.
internal static class RunExamples
{
    internal interface IInvoices
    {
        Task<string> SendAsync(string order, CancellationToken ct);
    }

    internal interface IRates
    {
        Task<decimal> GetAsync(string currency, CancellationToken ct);
    }

    public static void Retry(TasksBuilder tasks)
    {
        // example: retry-policy
        tasks.Define("invoice", (string order, IInvoices to, CancellationToken stop) => to.SendAsync(order, stop), new TaskOptions
        {
            Retry = new RetryPolicy { MaxAttempts = 5, Delay = TimeSpan.FromSeconds(2), NotFor = ["ArgumentException"] },
            Timeout = TimeSpan.FromSeconds(30),
        });
        // end
    }

    public static void Steer(TasksBuilder tasks)
    {
        // example: retry-exceptions
        tasks.Define("fetch-rate", async (string currency, IRates rates, CancellationToken stop) =>
        {
            try
            {
                return await rates.GetAsync(currency, stop);
            }
            catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.NotFound)
            {
                throw new DoNotRetryException($"There is no currency '{currency}'.", e);
            }
            catch (HttpRequestException e) when (e.StatusCode is HttpStatusCode.TooManyRequests)
            {
                throw new RetryLaterException(TimeSpan.FromMinutes(1), "The server asks us to wait.", e);
            }
        });
        // end
    }

    public static async Task RetryOneAsync(ITaskClient client, RunId failed)
    {
        // example: retry-one
        RunId again = await client.RetryAsync(failed);
        RunId corrected = await client.RetryAsync(failed, new RetryOptions { Arguments = ["order-18"] });
        // end
        await client.WaitAsync(again);
        await client.WaitAsync(corrected);
    }

    public static async Task RetryAllAsync(ITaskClient client, TimeProvider time)
    {
        // example: retry-all
        RunId operation = await client.RetryAllAsync(RunSelection.Of(new RunQuery
        {
            Statuses = [RunStatus.Failed, RunStatus.TimedOut, RunStatus.Lost],
            From = time.GetUtcNow().AddHours(-12),
        }));
        TaskResult ended = await client.WaitAsync(operation);
        RunOperationReport report = ended.GetValue<RunOperationReport>()!;
        Console.WriteLine($"{report.Done} retried, {report.Refused} refused.");
        // end
    }

    public static async Task DeadLettersAsync(ITaskClient client, RunId seen, RunId useless)
    {
        // example: dead-letters
        var open = new RunQuery { DeadLetters = [DeadLetterState.Open], Task = "invoice" };
        await foreach (RunInfo run in client.RunsAsync(open))
        {
            Console.WriteLine($"{run.RunId} {run.Result!.Error}");
        }

        await client.AcknowledgeAsync(seen, "The disk was full; fixed on Monday.");
        await client.DiscardAsync(useless, "The order was cancelled.");
        RunId operation = await client.RetryAllAsync(RunSelection.Of(open));
        // end
        await client.WaitAsync(operation);
    }

    public static async Task DiscardAllAsync(ITaskClient client)
    {
        // example: dead-letters-all
        RunId operation = await client.ApplyAsync(
            RunAction.Discard,
            RunSelection.Of(new RunQuery { Task = "invoice", ErrorType = "OrderCancelledException" }),
            new RunActionOptions { Note = "The order was cancelled." });
        RunOperationReport report = (await client.WaitAsync(operation)).GetValue<RunOperationReport>()!;
        Console.WriteLine($"{report.Done} discarded, {report.Refused} refused.");
        // end
    }

    public static async Task ArgumentsAsync(ITaskClient client)
    {
        // example: pass-arguments
        await client.RunAsync("resize", ["a.png", 400]);                                            // by position
        await client.RunAsync("resize", TaskArguments.Named(("file", "a.png"), ("width", 400)));    // by name
        await client.RunAsync("resize", TaskArguments.From(new { file = "a.png", width = 400 }));   // the properties of an object, by name
        // end
    }

    public static void TakeArguments(TasksBuilder tasks)
    {
        // example: take-arguments
        tasks.Define("resize", async (string file, IImageStore store, int width = 800, CancellationToken stop = default) =>
            await store.ResizeAsync(file, width, stop));
        // end
    }

    public static async Task TypedAsync(ITaskClient tasks)
    {
        // example: use-typed-name
        long value = await tasks.RunAsync(Names.Square, 12);
        // end
        Console.WriteLine(value);
    }

    public static async Task HeadersAsync(ITaskClient client)
    {
        // example: pass-headers
        await client.DispatchAsync("charge", [42], new DispatchOptions
        {
            Headers = new Dictionary<string, string> { ["tenant"] = "acme" },
        });
        // end
    }

    public static void TakeHeaders(TasksBuilder tasks)
    {
        // example: take-headers
        tasks.Define("charge", (int order, TaskRunContext run, ILogger log) =>
            log.LogInformation("Charging {Order} for {Tenant}", order, run.Headers["tenant"]));
        // end
    }

    public static void InheritHeaders(TasksBuilder tasks)
    {
        // example: inherit-headers
        tasks.Configure(options => options.InheritedHeaders.Add("tenant"));
        // end
    }

    public static async Task CancelAsync(ITaskClient client, RunId run)
    {
        // example: cancel-run
        bool hadNotEnded = await client.CancelRunAsync(run);
        TaskResult result = await client.WaitAsync(run);   // Cancelled, or another status if the handler did not stop
        // end
        Console.WriteLine($"{hadNotEnded} {result.Status}");
    }

    public static void Cancellable(TasksBuilder tasks)
    {
        // example: cancellable
        tasks.Define("import", async (string[] rows, IRows store, TaskRunContext run) =>
        {
            for (var i = 0; i < rows.Length; i++)
            {
                await store.AddAsync(rows[i], run.CancellationToken);
                run.ReportProgress((i + 1.0) / rows.Length, $"{i + 1} of {rows.Length} rows");
            }
        });
        // end
    }

    public static async Task CancelTaskAsync(ITaskClient client)
    {
        // example: cancel-task
        await client.GetTask("often").CancelAsync();
        // end
    }

    public static async Task ProgressAsync(ITaskClient client, RunId run)
    {
        // example: get-progress
        RunInfo? info = await client.GetRunAsync(run);
        Console.WriteLine($"{info?.Status}: {info?.Progress?.Fraction:P0}, {info?.Progress?.Message}");
        // end
    }

    public static async Task FollowAsync(ITaskClient client, CancellationToken stop)
    {
        // example: follow-progress
        await foreach (TaskEvent happened in client.Events("import", stop))
        {
            if (happened.Kind == TaskEventKind.RunProgressed)
            {
                Console.WriteLine($"{happened.RunId}: {happened.Progress?.Fraction:P0}");
            }
        }
        // end
    }

    public static async Task ThenAsync(ITaskClient client)
    {
        // example: then
        RunId import = await client.DispatchAsync("import", ["orders.csv"], new DispatchOptions
        {
            Then =
            [
                new Continuation("index"),
                new Continuation("alarm") { On = ContinuationTrigger.Failed, Pass = PassedArgument.Result },
            ],
        });
        // end
        Console.WriteLine(import);
    }

    public static void ThenOfTask(TasksBuilder tasks)
    {
        // example: then-of-task
        tasks.Cron("0 3 * * *", "import", (IRows store, CancellationToken stop) => store.ImportAsync(stop), options: new TaskOptions
        {
            Then = [new Continuation("index")],
        });
        // end
    }

    public static async Task BatchAsync(ITaskClient client, string[] files)
    {
        // example: batch
        Guid batch = await client.DispatchBatchAsync(
            [.. files.Select(file => new BatchItem("import-file", [file]))],
            then: new Continuation("report") { On = ContinuationTrigger.Finished });
        BatchInfo? done = await client.WaitBatchAsync(batch);
        Console.WriteLine($"{done?.Succeeded} succeeded, {done?.Failed} failed.");
        // end
    }

    public static void InHandler(TasksBuilder tasks)
    {
        // example: run-in-handler
        tasks.Define("publish", async (string article, ITaskClient client, CancellationToken stop) =>
        {
            string html = await client.RunAsync<string>("render", [article], ct: stop);
            return await client.RunAsync<string>("upload", [article, html], ct: stop);
        });
        // end
    }

    public static async Task KeyAsync(ITaskClient client)
    {
        // example: idempotency-key
        RunId run = await client.DispatchAsync("invoice", ["order-17"], new DispatchOptions { IdempotencyKey = "order-17" });
        // end
        Console.WriteLine(run);
    }

    public static async Task UniqueAsync(ITaskClient client)
    {
        // example: unique
        await client.DispatchAsync("rebuild-index", ["products"], new DispatchOptions { UniqueFor = TimeSpan.FromMinutes(10) });
        // end
    }

    internal interface IImageStore
    {
        Task<string> ResizeAsync(string file, int width, CancellationToken ct);
    }

    internal interface IRows
    {
        Task AddAsync(string row, CancellationToken ct);

        Task ImportAsync(CancellationToken ct);
    }

    // example: typed-name
    public static class Names
    {
        public static readonly TaskName<int, long> Square = new("square");
    }
    // end
}
