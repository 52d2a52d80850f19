using System.Net;
using CsCheck;
using OrleansTasks.Placement;

namespace OrleansTasks.Tests.Unit.Running;

/// <summary>Tests which silo gives a partition to which other silo after silos have joined.</summary>
public sealed class PartitionBalanceTests
{
    [Theory]
    [InlineData(new[] { 16, 0 }, 0, 1)]
    [InlineData(new[] { 0, 16 }, 1, 0)]
    [InlineData(new[] { 8, 8, 0 }, 1, 2)]
    [InlineData(new[] { 6, 5, 5 }, null, null)]
    [InlineData(new[] { 1, 0, 0 }, null, null)]
    [InlineData(new[] { 7 }, null, null)]
    [InlineData(new int[0], null, null)]
    public void Target_OfUnevenSilos_MovesOneFromTheFullest(int[] partitions, int? from, int? to)
    {
        var counts = partitions.Select(static (count, n) => (Silo: Silo(n), count)).ToDictionary(static c => c.Silo, static c => c.count);
        Assert.Equal(
            from is null ? [] : [(Silo(from.Value), Silo(to!.Value))],
            counts.Keys.Select(s => (From: s, To: PartitionBalance.TargetOf(s, counts))).Where(static m => m.To is not null)
                .Select(static m => (m.From, m.To!)));
    }

    /// <summary>From any start, no partition moves back and forth.</summary>
    [Fact]
    public void Target_Repeated_EndsWithAnEvenDistribution() => Gen.Int[0, 40].Array[1, 12].Sample(
        static partitions =>
        {
            var counts = partitions.Select(static (count, n) => (Silo: Silo(n), count))
                .ToDictionary(static c => c.Silo, static c => c.count);
            var average = partitions.Sum() / partitions.Length;
            var needed = partitions.Sum(p => Math.Max(p - average, 0));
            for (var moves = 0; !PartitionBalance.IsEven(counts); moves++)
            {
                var (from, to) = Assert.Single(counts.Keys.Select(s => (s, PartitionBalance.TargetOf(s, counts))),
                    static m => m.Item2 is not null);
                counts[from]--;
                counts[to!]++;
                Assert.True(moves <= needed);
            }

            Assert.Equal(partitions.Sum(), counts.Values.Sum());
        });

    private static SiloAddress Silo(int n) => SiloAddress.New(IPAddress.Loopback, n + 1, 1);
}
