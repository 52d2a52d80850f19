using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace OrleansTasks.Shop;

/// <summary>Runs a silo that books orders, with a relay.</summary>
internal static class BookingSilo
{
    private const int Often = 20;
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(20);

    // The database may be gone for a while, and an attempt that does not reach it fails.
    private static readonly TaskOptions Patient = new()
    {
        Retry = new RetryPolicy { MaxAttempts = 1000, Delay = TimeSpan.FromMilliseconds(200), Backoff = Backoff.Constant },
    };

    private static int _booked;

    public static async Task RunAsync(string connection, int port, int gateway)
    {
        await using var database = NpgsqlDataSource.Create(connection);
        var builder = Host.CreateApplicationBuilder();
        builder.UseOrleans(silo => silo
            .UsePostgreSqlTaskClustering(connection)
            .UsePostgreSqlTasks(connection)
            .ConfigureEndpoints(IPAddress.Loopback, port, gateway)
            .AddTasks(tasks => tasks.Define(
                "book", (int amount, TaskRunContext run) => BookAsync(database, amount, run), options: Patient)));
        builder.Services.AddTaskOutbox(_ => new NpgsqlConnection(connection));
        using var host = builder.Build();
        await host.StartAsync();
        Console.WriteLine("The silo books.");
        await host.WaitForShutdownAsync();
    }

    private static async Task BookAsync(NpgsqlDataSource database, int amount, TaskRunContext run)
    {
        await using var connection = await database.OpenConnectionAsync(run.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(run.CancellationToken);
        if (await transaction.TryRecordAsync(run.RunId, run.CancellationToken))
        {
            await using var insert = new NpgsqlCommand("INSERT INTO bookings (run, amount) VALUES ($1, $2)", connection, transaction)
            {
                Parameters = { new() { Value = run.RunId.ToString() }, new() { Value = amount } },
            };
            await insert.ExecuteNonQueryAsync(run.CancellationToken);
            await Task.Delay(Work, TimeProvider.System, run.CancellationToken);
            await transaction.CommitAsync(run.CancellationToken);

            if (Interlocked.Increment(ref _booked) is var booked && booked % Often == 0)
            {
                Console.WriteLine($"The silo has booked {booked}.");
            }

            // A kill here leaves the effect, and a run that is repeated.
            await Task.Delay(Work, TimeProvider.System, run.CancellationToken);
            return;
        }

        await using var repeated = database.CreateCommand("INSERT INTO repeated (run) VALUES ($1)");
        repeated.Parameters.Add(new NpgsqlParameter { Value = run.RunId.ToString() });
        await repeated.ExecuteNonQueryAsync(run.CancellationToken);
    }
}
