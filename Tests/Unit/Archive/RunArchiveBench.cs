using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Archive;
using OrleansTasks.Calls;
using OrleansTasks.Storage;

namespace OrleansTasks.Tests.Unit.Archive;

/// <summary>Opens the archive of a partition as often as a test wants, over one storage, and makes results for it.</summary>
internal sealed class RunArchiveBench
{
    public static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    public static readonly Guid Batch = Guid.Parse("0199f3a2-6d2c-7c1e-9d5f-0123456789ab");
    private readonly TasksOptions _options = new();

    public MemoryStorage Storage { get; } = new();

    public FakeTimeProvider Clock { get; } = new(Start);

    /// <summary>Gets whether an archive has noticed that another owner has come.</summary>
    public bool HasLeft { get; private set; }

    public static RunId Id(int n) => new("t", new Guid(n, 0, 0, new byte[8]));

    public static IEnumerable<TaskResult> Numbered(int first, int count) => Enumerable.Range(first, count).Select(static n => Result(n));

    public static RunsToKeep ToKeep(IEnumerable<TaskResult> results) =>
        new() { Task = "t", Succeeded = RunRetention.Succeeded, Other = RunRetention.Other, Results = [.. results] };

    public static TaskResult Result(int n, Random? random = null)
    {
        var due = Start.AddSeconds(n);
        var result = new TaskResult
        {
            RunId = Id(n),
            Sequence = n,
            Status = RunStatus.Succeeded,
            ScheduledAt = due,
            StartedAt = due,
            FinishedAt = due.AddSeconds(1),
            Attempt = 1,
            Silo = "S127.0.0.1:11111:1"
        };
        if (random is null)
        {
            return result;
        }

        result = result with
        {
            StartedAt = due.AddMilliseconds(random.Next(1000)),
            Trigger = (RunTrigger)random.Next(6),
            Silo = $"S127.0.0.1:{random.Next(1, 30)}:1",
            Arguments = TaskArguments.Named(("order", $"order-{random.Next(100)}"))
        };
        result = result with
        {
            FinishedAt = due.AddMilliseconds(1000 + random.Next(3000)),
            Batch = random.Next(10) == 0 ? new BatchMember(Batch, n) : null
        };
        return random.Next(4) switch
        {
            0 => result with
            {
                Status = RunStatus.Failed,
                Error = $"no {n}",
                ErrorType = random.Next(2) == 0 ? "System.TimeoutException" : "System.IO.IOException"
            },
            1 => result with
            {
                Status = RunStatus.Lost,
                StartedAt = null,
                Headers = new Dictionary<string, string> { ["tenant"] = $"{random.Next(5)}" }
            },
            _ => result,
        };
    }

    public static async Task<List<RunId>> AllAsync(RunArchiveCore core, RunQuery query)
    {
        var (all, next) = (new List<RunId>(), query with { Limit = query.Limit ?? 33 });
        while (true)
        {
            var page = await core.Queries.RankAsync(next);
            all.AddRange(page.Runs.Select(static r => r.Run));
            if (page.Through is not { } place)
            {
                return all;
            }

            next = next with { After = place.ToString(query.Sort) };
        }
    }

    public async Task<RunArchiveCore> OpenAsync()
    {
        var services = new ArchiveServices(Storage, new StorageHealth(NullLogger.Instance, Clock), Options.Create(_options), Clock,
            Clock, FakeOf<IGrainFactory>.New().Face, NullLogger<RunArchiveGrain>.Instance);
        var core = new RunArchiveCore(services, 0, static (_, _) => null!, () => HasLeft = true);
        await core.OpenAsync();
        return core;
    }
}
