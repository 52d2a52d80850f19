using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansTasks.Calls;
using OrleansTasks.Clocks;
using OrleansTasks.Records;
using OrleansTasks.Tasks;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests when a task asks its partition, which attachment its calls use, and what is in doubt.</summary>
public sealed class PartitionLinkTests
{
    private readonly FakeTimeProvider _clock = new();
    private readonly TurnScheduler _scheduler = new();
    private readonly FakeOf<IPartition> _partition = FakeOf<IPartition>.New();
    private readonly FakeOf<IBriefed> _grain = FakeOf<IBriefed>.New();
    private readonly KnownTask _task = new("t", new TasksOptions());
    private readonly Queue<TaskCompletionSource<Briefing>> _questions = new();
    private readonly PartitionLink _link;
    private readonly GrainTurns _turns;
    private long _epoch;

    public PartitionLinkTests()
    {
        _turns = new GrainTurns(_clock, NullLogger.Instance);
        _turns.Begin("t", _scheduler);
        _partition.On("AttachAsync", _ =>
        {
            var question = new TaskCompletionSource<Briefing>();
            _questions.Enqueue(question);
            return question.Task;
        });
        _link = new PartitionLink(_task, _turns, _partition.Face, TaskRig.Here, new GrainClock(_clock, TimeSpan.FromSeconds(10)), _clock,
            _grain.Face);
    }

    [Fact]
    public async Task Attach_DuringARequest_SharesTheNextOne()
    {
        var first = Do(_link.AttachAsync);
        var others = Enumerable.Range(0, 5).Select(_ => Do(_link.AttachAsync)).ToList();
        Assert.Single(_questions);

        // The partition may have answered before the events that the other callers ask about.
        Answer();
        await first;
        Assert.All(others, static o => Assert.False(o.IsCompleted));
        Assert.Single(_questions);

        Answer();
        await Task.WhenAll(others);
        Assert.Equal(2, _epoch);
        Assert.True(_link.IsBriefed);
    }

    /// <summary>The answer to a request in progress may be older than the doubt, so it does not settle it.</summary>
    [Fact]
    public async Task Doubt_DuringARequest_IsResolvedByTheNextOne()
    {
        await AttachAsync();
        var question = Do(_link.AttachAsync);
        await Do(() =>
        {
            _link.Doubt();
            return Task.CompletedTask;
        });
        Answer();
        await question;
        Assert.True(_link.IsInDoubt);

        await AttachAsync();
        Assert.False(_link.IsInDoubt);
    }

    /// <summary>Until then, the partition may believe that the activation is attached.</summary>
    [Fact]
    public async Task Unanswered_AbandonedRequest_EndsWithIt()
    {
        var first = Do(_link.AttachAsync);
        var question = _questions.Dequeue();
        _clock.Advance(PartitionLink.Patience);
        _scheduler.Run();
        await Assert.ThrowsAsync<TimeoutException>(() => first);
        await AttachAsync();
        Assert.False(_link.Unanswered.IsCompleted);

        question.SetException(new TimeoutException());
        _scheduler.Run();
        Assert.True(_link.Unanswered.IsCompleted);
    }

    /// <summary>A later request has overtaken it.</summary>
    [Fact]
    public async Task Attach_StaleRequest_IsInDoubtAndRepeatedByItsCaller()
    {
        var question = Do(_link.AttachAsync);
        _questions.Dequeue().SetException(new StaleTaskException("t"));
        _scheduler.Run();
        await Assert.ThrowsAsync<PartitionMovedException>(() => question);
        Assert.True(_link.IsInDoubt);
    }

    /// <summary>A partition that was opened recently refuses a request that may be older than its opening.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Request_PossiblyOlderThanThePartition_IsRepeatedUnlessTheGrainLeaves(bool leaves)
    {
        var opened = Guid.NewGuid();
        var asked = Do(_link.AttachAsync);
        if (leaves)
        {
            _turns.Leave();
        }

        _questions.Dequeue().SetException(new UnmetPartitionException("t", opened));
        _scheduler.Run();
        if (leaves)
        {
            await Assert.ThrowsAsync<PartitionMovedException>(() => asked);
            Assert.Empty(_questions);
            return;
        }

        Answer();
        await asked;
        await AttachAsync();
        Assert.Equal([(1, Guid.Empty), (1, opened), (2, opened)],
            _partition.CallsOf("AttachAsync").Select(static c => (Attachment)c[1]!).Select(static a => (a.Question, a.Met!.Value)));
    }

    /// <summary>The partition has moved again meanwhile.</summary>
    [Fact]
    public async Task Request_RejectedTwice_IsRepeatedByItsCaller()
    {
        var asked = Do(_link.AttachAsync);
        for (var n = 0; n < 2; n++)
        {
            _questions.Dequeue().SetException(new UnmetPartitionException("t", Guid.NewGuid()));
            _scheduler.Run();
        }

        await Assert.ThrowsAsync<PartitionMovedException>(() => asked);
        Assert.True(_link.IsInDoubt);
    }

    [Fact]
    public async Task Call_StaleAttachment_ReattachesAndCallsOnce()
    {
        await AttachAsync();
        var epochs = new List<long>();
        var call = Do(() => _link.AttachedAsync(epoch =>
        {
            epochs.Add(epoch);
            return epoch == 1 ? Task.FromException<bool>(new StaleTaskException("t")) : Task.FromResult(true);
        }));
        Answer();
        Assert.True(await call);
        Assert.Equal([1L, 2L], epochs);
    }

    [Fact]
    public async Task Call_ResponseLost_NextBriefingRepeatsEverything()
    {
        await AttachAsync();
        await Assert.ThrowsAsync<TimeoutException>(() => Do(() => _link.AttachedAsync<bool>(static _ => throw new TimeoutException())));
        Assert.True(_link.IsInDoubt);
        Assert.Contains("OnDoubt", _grain.Called);

        await AttachAsync();
        Assert.False(_link.IsInDoubt);
        await AttachAsync();
        Assert.Equal([0L, 0L, 2L], _partition.CallsOf("AttachAsync").Select(static c => ((Attachment)c[1]!).Briefing));
    }

    [Fact]
    public async Task Call_Rejected_IsNotInDoubt()
    {
        await AttachAsync();
        await Assert.ThrowsAsync<TaskNotFoundException>(
            () => Do(() => _link.AttachedAsync<bool>(static _ => throw new TaskNotFoundException("t"))));
        Assert.False(_link.IsInDoubt);
    }

    [Fact]
    public async Task Request_TimedOut_IsRepeatedAndItsLateResponseUsedWhenTheGrainLeaves()
    {
        var asked = Do(_link.AttachAsync);
        _clock.Advance(PartitionLink.Patience);
        _scheduler.Run();
        await Assert.ThrowsAsync<TimeoutException>(() => asked);
        Assert.False(_link.IsAttached);
        Assert.True(_link.HasAsked && _link.IsInDoubt);

        Answer();
        var late = await Do(_link.TakeLateBriefingAsync);
        Assert.Equal(1, late!.Epoch);
        Assert.True(_link.IsAttached);
        Assert.Null(await Do(_link.TakeLateBriefingAsync));
    }

    [Fact]
    public async Task Request_OfALeavingGrain_IsNotAwaited()
    {
        var asked = Do(_link.AttachAsync);
        _turns.Leave();
        _scheduler.Run();
        await Assert.ThrowsAsync<PartitionMovedException>(() => asked);
        await Assert.ThrowsAsync<PartitionMovedException>(() => Do(_link.AttachAsync));
        Assert.Single(_questions);
    }

    [Fact]
    public async Task Briefing_OfAnotherRevision_IsReportedAsChanged()
    {
        await AttachAsync();
        await AttachAsync();
        await AttachAsync(new TaskEntry { Name = "t", Handler = "h", Revision = 7 });
        Assert.Equal([(true, true), (false, false), (false, true)],
            _grain.CallsOf("OnBriefedAsync").Select(static c => ((bool)c[2]!, (bool)c[3]!)));
    }

    private async Task AttachAsync(TaskEntry? entry = null)
    {
        var asked = Do(_link.AttachAsync);
        Answer(entry);
        await asked;
    }

    private void Answer(TaskEntry? entry = null)
    {
        _questions.Dequeue()
            .SetResult(
                new Briefing
                {
                    Epoch = ++_epoch,
                    Number = _epoch,
                    Started = true,
                    Entry = entry ?? new TaskEntry { Name = "t", Handler = "h" }
                });
        _scheduler.Run();
    }

    private Task Do(Func<Task> action)
    {
        var done = _scheduler.Begin(action);
        _scheduler.Run();
        return done;
    }

    private Task<T> Do<T>(Func<Task<T>> action)
    {
        var done = _scheduler.Begin(action);
        _scheduler.Run();
        return done;
    }
}
