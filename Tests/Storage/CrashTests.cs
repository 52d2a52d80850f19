using CsCheck;
using OrleansTasks.Storage;
using Xunit;

namespace OrleansTasks.Tests.Storage;

public sealed class CrashTests
{
    // The items of a workload have between 100 and 500 bytes. With these limits they are never, sometimes or always written as a whole.
    private const int Never = 0;
    private const int Sometimes = 250;
    private const int Always = 10_000;

    public static MatrixTheoryData<int, bool, int> Crashes => new([1, 2], [false, true], [Never, Sometimes, Always]);

    [Theory, MemberData(nameof(Crashes))]
    public async Task Reopen_AfterACrashAtEveryCall_HasAcknowledgedWrites(int seed, bool after, int wholeBytes)
    {
        var options = TestOwner.Small with { WholeBytes = wholeBytes };
        var calls = await CallsAsync(seed, options);
        Assert.True(calls > 150);
        for (var crash = 0; crash < calls; crash++)
        {
            var rows = new StoredRows();
            var at = crash;
            var storage = new FaultyStorage(rows)
            {
                Plan = call => call.Number != at ? Fault.None : after ? Fault.CrashAfter : Fault.CrashBefore,
            };
            await Turns.RunAsync(() => Workload.Random(seed, 120).RunAndCheckAsync(rows, storage, options));
        }
    }

    [Fact]
    public void Reopen_AfterManyRestartsWithRandomFaults_HasAcknowledgedWrites()
        => Gen.Select(Gen.Int[0, 100_000], Gen.Int[0, 300], Gen.Int[0, 12],
            Gen.OneOf(Gen.Const(Never), Gen.Const(Sometimes), Gen.Const(Always))).Sample((seed, crash, faults, wholeBytes) =>
        {
            var options = TestOwner.Small with { WholeBytes = wholeBytes };
            var rows = new StoredRows();
            var random = new Random(seed);
            for (var life = 0; life < 4; life++)
            {
                var storage = new FaultyStorage(rows)
                {
                    Plan = call => call.Number == crash + (life * 7)
                        ? (life % 2 == 0 ? Fault.CrashAfter : Fault.CrashBefore)
                        : random.Next(100) < faults ? (random.Next(2) == 0 ? Fault.FailBefore : Fault.FailAfter) : Fault.None,
                };
                var workload = Workload.Random(seed + life, 120);
                Turns.RunAsync(() => workload.RunAndCheckAsync(rows, storage, options)).GetAwaiter().GetResult();
            }
        }, iter: 300);

    private static async Task<int> CallsAsync(int seed, PartitionLogOptions options)
    {
        var rows = new StoredRows();
        var storage = new FaultyStorage(rows);
        await Turns.RunAsync(() => Workload.Random(seed, 120).RunAndCheckAsync(rows, storage, options));
        Assert.Equal(options.WholeBytes < Always, storage.Writes.Any(w => w.Kind == ItemsSlot.PageKind));
        Assert.Contains(storage.Writes, w => w.Kind == ItemsSlot.DeltaKind);
        return storage.Calls;
    }
}
