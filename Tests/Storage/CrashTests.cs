using CsCheck;
using Xunit;

namespace OrleansTasks.Tests.Storage;

public sealed class CrashTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    public async Task Reopen_AfterACrashAtEveryCall_HasWhatWasAcknowledged(int seed, bool after)
    {
        var calls = await CallsAsync(seed);
        Assert.True(calls > 150);
        for (var crash = 0; crash < calls; crash++)
        {
            var rows = new StoredRows();
            var at = crash;
            var storage = new FaultyStorage(rows)
            {
                Plan = call => call.Number != at ? Fault.None : after ? Fault.CrashAfter : Fault.CrashBefore,
            };
            await Turns.RunAsync(() => Workload.Random(seed, 120).RunAndCheckAsync(rows, storage));
        }
    }

    [Fact]
    public void Reopen_AfterManyLivesWithRandomFaults_HasWhatWasAcknowledged()
        => Gen.Select(Gen.Int[0, 100_000], Gen.Int[0, 300], Gen.Int[0, 12]).Sample((seed, crash, faults) =>
        {
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
                Turns.RunAsync(() => workload.RunAndCheckAsync(rows, storage)).GetAwaiter().GetResult();
            }
        }, iter: 200);

    private static async Task<int> CallsAsync(int seed)
    {
        var rows = new StoredRows();
        var storage = new FaultyStorage(rows);
        await Turns.RunAsync(() => Workload.Random(seed, 120).RunAndCheckAsync(rows, storage));
        Assert.Contains(storage.Writes, w => w.Kind == ItemsSlot.PageKind);
        Assert.Contains(storage.Writes, w => w.Kind == ItemsSlot.DeltaKind);
        return storage.Calls;
    }
}
