using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace OrleansTasks.Tests.Samples.Pages;

#pragma warning disable CA2016 // Examples say only what they are about.

// What the page about the outbox shows. Nothing here is run; that it compiles is the test.
internal static class OutboxExamples
{
    public static async Task SaveAsync(ShopContext db, Order order)
    {
        // example: outbox-dispatch
        db.Orders.Add(order);
        RunId run = db.Dispatch("send-mail", ["ada@example.com", "Thank you"]);
        await db.SaveChangesAsync();   // the order and the dispatch, or neither
        // end
        Console.WriteLine(run);
    }

    public static void Add(WebApplicationBuilder builder, string connectionString)
    {
        // example: outbox-relay
        builder.Services.AddDbContext<ShopContext>(o => o.UseNpgsql(connectionString));
        builder.Services.AddTaskOutbox<ShopContext>();   // on silos, or on web servers with AddTaskClient
        builder.Services.AddHealthChecks().AddOrleansTasksOutbox();
        // end
    }

    public static void AddBare(WebApplicationBuilder builder, string connectionString)
    {
        // example: outbox-relay-bare
        builder.Services.AddTaskOutbox(_ => new NpgsqlConnection(connectionString));
        // end
    }

    public static async Task DispatchAsync(NpgsqlDataSource database, int order)
    {
        // example: outbox-dispatch-bare
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = new NpgsqlCommand($"INSERT INTO orders (id) VALUES ({order})", connection, transaction);
        await insert.ExecuteNonQueryAsync();
        RunId run = await transaction.DispatchAsync("send-mail", ["ada@example.com", "Thank you"]);
        await transaction.CommitAsync();
        // end
        Console.WriteLine(run);
    }

    public static void Key(ShopContext db, Order order)
    {
        // example: outbox-key
        db.Dispatch("update-stock", [order.Product], key: order.Product);
        // end
    }

    public static async Task CreateAsync(NpgsqlConnection connection)
    {
        // example: outbox-create
        await new TaskOutbox().CreateTablesAsync(connection);
        // end
    }

    public static async Task RefusedAsync(NpgsqlConnection connection, ILogger log)
    {
        // example: outbox-refused
        var outbox = new TaskOutbox();
        foreach (RefusedDispatch refused in await outbox.RefusedAsync(connection))
        {
            log.LogWarning("{Run} of {Key}: {Reason}", refused.Run, refused.Key, refused.Reason);
            await outbox.RetryAsync(connection, refused.Run);   // or DiscardAsync
        }
        // end
    }

    public static void Handler(TasksBuilder tasks)
    {
        // example: inbox
        tasks.Define("book", async (string account, decimal amount, ShopContext db, TaskRunContext run) =>
        {
            await using var transaction = await db.Database.BeginTransactionAsync();
            if (!await db.TryRecordAsync(run.RunId))
            {
                return;   // an earlier attempt has committed
            }

            db.Bookings.Add(new Booking { Account = account, Amount = amount });
            await db.SaveChangesAsync();
            await transaction.CommitAsync();
        });
        // end
    }

    // example: outbox-model
    public class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
    {
        public DbSet<Order> Orders => Set<Order>();

        public DbSet<Booking> Bookings => Set<Booking>();

        protected override void OnModelCreating(ModelBuilder modelBuilder) => modelBuilder.AddTaskOutbox();
    }

    // end
    public class Order
    {
        public int Id { get; set; }

        public required string Product { get; set; }
    }

    public class Booking
    {
        public int Id { get; set; }

        public required string Account { get; set; }

        public decimal Amount { get; set; }
    }
}
