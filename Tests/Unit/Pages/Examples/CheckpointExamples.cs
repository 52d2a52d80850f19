namespace OrleansTasks.Tests.Unit.Pages;

// What docs/checkpoints.md shows. Nothing here is run; that it compiles is the test.
internal static class CheckpointExamples
{
    internal interface IRows
    {
        Task<IReadOnlyList<string>> OrdersAsync(string month, CancellationToken ct);

        Task InvoiceAsync(string order, CancellationToken ct);
    }

    internal interface IShop
    {
        Task<string> ChargeAsync(string order, string key, CancellationToken ct);

        Task ShipAsync(string order, string? payment, CancellationToken ct);
    }

    internal interface IPages
    {
        Task<string?> ImportAsync(string page, CancellationToken ct);
    }

    public static void Items(TasksBuilder tasks)
    {
        // example: checkpoint-items
        tasks.Define("invoices", async (string month, IRows store, TaskRunContext run, CancellationToken stop) =>
        {
            IReadOnlyList<string> orders = await run.StepAsync("orders", () => store.OrdersAsync(month, stop)) ?? [];
            await foreach (string order in run.Items(orders, every: 100))
            {
                await store.InvoiceAsync(order, stop);
            }
        });
        // end
    }

    public static void Steps(TasksBuilder tasks)
    {
        // example: checkpoint-step
        tasks.Define("order", async (string order, IShop shop, TaskRunContext run, CancellationToken stop) =>
        {
            string? payment = await run.StepAsync("charge", () => shop.ChargeAsync(order, key: run.RunId.ToString(), stop));
            await run.StepAsync("ship", () => shop.ShipAsync(order, payment, stop));
        });
        // end
    }

    public static void Value(TasksBuilder tasks)
    {
        // example: checkpoint-value
        tasks.Define("import", async (IPages pages, TaskRunContext run, CancellationToken stop) =>
        {
            string? next = run.HasCheckpoint ? run.Checkpoint<string>() : "/orders?page=1";
            while (next is not null)
            {
                next = await pages.ImportAsync(next, stop);
                await run.SaveCheckpointAsync(next);
            }
        });
        // end
    }
}
