using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Batches;
using OrleansTasks.Policies;

namespace OrleansTasks.Tests.Unit.Batches;

/// <summary>
/// Runs one batch with all its parts, on turns and a clock that the test moves, without a cluster. Tasks, partitions and storage answer as
/// the test says.
/// </summary>
internal sealed class BatchRig
{
    public static readonly Guid Id = Guid.Parse("0199f3a2-6d2c-7c1e-9d5f-0123456789ab");

    public BatchRig(FaultyStorage? storage = null)
    {
        Storage = storage ?? new FaultyStorage();
        Runs
            .On(nameof(IBatchRuns.DescribeAsync), static a => Task.FromResult(new TaskInfo { Name = (string)a[0]!, Handler = "h" }))
            .On(nameof(IBatchRuns.DispatchAsync), static a => Task.FromResult(new RunId((string)a[0]!, ((DispatchRequest)a[1]!).Id)))
            .On(nameof(IBatchRuns.CallOffAsync), static _ => Task.FromResult<IReadOnlyList<RunId>>([]));
        Services = new BatchServices(Storage, Runs.Face, Options.Create(new TasksOptions { Partitions = 2 }), Clock, Clock,
            NullLogger<BatchGrain>.Instance);
        Core = new BatchCore(Services, Id, () => HasLeft = true);
        Assert.True(Turns.Do(() => Core.OpenAsync()).IsCompletedSuccessfully);
    }

    public BatchServices Services { get; }

    public FakeTimeProvider Clock { get; } = new(TaskRig.Start);

    public TurnScheduler Turns { get; } = new();

    public FaultyStorage Storage { get; }

    /// <summary>Gets the tasks, which accept every run, and the partitions, which have no stored runs.</summary>
    public FakeOf<IBatchRuns> Runs { get; } = FakeOf<IBatchRuns>.New();

    public BatchCore Core { get; }

    /// <summary>Gets whether the grain was asked to deactivate.</summary>
    public bool HasLeft { get; private set; }

    /// <summary>Gets the tasks that got runs of the batch or its continuation, in order.</summary>
    public IEnumerable<string> Dispatched => Runs.CallsOf(nameof(IBatchRuns.DispatchAsync)).Select(static c => (string)c[0]!);

    public static RunId RunOf(int index, string task = "t") => new(task, Followers.IdOf(Id.ToString("N"), index));

    public static BatchRequest Of(int runs, Continuation? then = null) =>
        new() { Items = [.. Enumerable.Range(0, runs).Select(static _ => new BatchItem("t"))], Then = then };

    /// <summary>Creates the batch.</summary>
    public BatchRig With(BatchRequest request)
    {
        Assert.True(Create(request).IsCompletedSuccessfully);
        return this;
    }

    /// <summary>Returns the batch in its next activation.</summary>
    public BatchRig Next() => new(Storage);

    public Task<BatchInfo> Create(BatchRequest request) => Turns.Do(() => Core.CreateAsync(request));

    public Task Report(int index, RunStatus status = RunStatus.Succeeded) => Turns.Do(() => Core.ReportAsync(index, status));

    public Task<bool> Cancel() => Turns.Do(() => Core.CancelAsync());

    public Task<DateTimeOffset?> Resume() => Turns.Do(() => Core.ResumeAsync());

    public Task Forget() => Turns.Do(() => Core.ForgetAsync());

    public Task<BatchInfo?> Wait() => Turns.Do(() => Core.WaitAsync());

    public BatchInfo? Describe()
    {
        var describing = Turns.Do(() => Core.DescribeAsync());
        Assert.True(describing.IsCompleted);
        return describing.GetAwaiter().GetResult();
    }

    /// <summary>Asks for the batch, where the answer may be an error.</summary>
    public Task<BatchInfo?> TryDescribe() => Turns.Do(() => Core.DescribeAsync());

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan time)
    {
        Clock.Advance(time);
        Turns.Run();
    }
}
