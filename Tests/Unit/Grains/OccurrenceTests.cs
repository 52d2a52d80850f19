using CsCheck;
using OrleansTasks.Records;
using OrleansTasks.Tasks;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests who may start the run of an occurrence, and up to which instant occurrences are settled.</summary>
public sealed class OccurrenceTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid A = Guid.Parse("00000000-0000-0000-0000-00000000000a");
    private static readonly Guid B = Guid.Parse("00000000-0000-0000-0000-00000000000b");

    [Fact]
    public void Claim_ByOneActivation_CanBeRepeatedByThatActivationOnly()
    {
        var (first, before) = TaskPosition.None.Claim(At(5), A);
        Assert.Null(before);
        Assert.Null(first.Claim(At(5), A).Others);
        Assert.Equal(At(5), first.Claim(At(5), B).Others);
    }

    [Fact]
    public void Claim_ByAnOlderActivationAfterALaterOne_IsRejected()
    {
        var position = TaskPosition.None.Claim(At(5), A).Position.Claim(At(7), B).Position;
        var (after, others) = position.Claim(At(6), A);
        Assert.Equal(At(7), others);
        Assert.Equal(position, after);
    }

    [Fact]
    public void Unclaim_ReleasesOnlyClaimsOfTheSameActivation()
    {
        var position = TaskPosition.None.Claim(At(5), A).Position;
        Assert.True(position.Unclaim(At(5), A).Claimed < At(5));
        Assert.Equal(position, position.Unclaim(At(5), B));
        Assert.Equal(position, position.Unclaim(null, A));
        Assert.Equal(position, position.Unclaim(At(6), A));
    }

    [Fact]
    public void Settled_UnresolvedOccurrencesOfEarlierActivations_StopsBeforeThem()
    {
        var book = new OccurrenceBook();
        book.Take(At(3));
        book.Hold(At(3));
        book.Open(A, At(7));
        book.Take(At(7));
        Assert.Equal(At(3), book.Settled);

        Assert.True(book.Close(A));
        Assert.Equal(At(3), book.Settled);

        book.Release();
        Assert.Equal(At(7), book.Settled);
    }

    /// <summary>Two activations claim in any order, repeat claims, and leave. No occurrence is ever granted to both.</summary>
    [Fact]
    public void Claims_InAnyOrder_GrantNoOccurrenceTwice() => Gen.Select(Gen.Bool, Gen.Int[0, 2], Gen.Bool).List[0, 40].Sample(steps =>
    {
        var position = TaskPosition.None;
        var owner = A;
        var owners = new Dictionary<Guid, int> { [A] = 0, [B] = 0 };
        var granted = new Dictionary<int, Guid>();
        foreach (var (takesOver, ahead, leaves) in steps)
        {
            if (takesOver)
            {
                // A new owner continues after the claimed instant, which its partition tells it.
                owner = owner == A ? B : A;
                owners[owner] = Math.Max(owners[owner],
                    position.Claimed is { } claimed ? (int)Math.Ceiling((claimed - Start).TotalSeconds) : 0);
            }

            var next = owners[owner] + ahead;
            var (after, others) = position.Claim(At(next), owner);
            position = after;
            for (var n = owners[owner] + 1; n <= next; n++)
            {
                if (!(At(n) <= others) && !leaves)
                {
                    Assert.True(granted.TryAdd(n, owner) || granted[n] == owner, $"{n} was granted to both.");
                }
            }

            if (leaves && ahead > 0)
            {
                // The owner has started none of them.
                position = position.Unclaim(At(owners[owner] + 1), owner);
            }
            else
            {
                owners[owner] = next;
            }
        }
    });

    [Fact]
    public void Settled_StopsBeforeTheFirstOpenOccurrence()
    {
        var book = new OccurrenceBook();
        Assert.Null(book.Settled);
        book.Take(At(1));
        var (second, third, later) = (Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid());

        // The occurrence belongs to a run of an earlier activation, at an instant that this book has not reached yet.
        book.Open(later, At(9));
        Assert.Equal(At(1), book.Settled);

        book.Take(At(2));
        book.Open(second, At(2));
        book.Take(At(3));
        book.Open(third, At(3));
        Assert.True(book.Settled < At(2));
        Assert.True(book.Close(third));
        Assert.True(book.Settled < At(2));
        Assert.True(book.Close(second));
        Assert.Equal(At(3), book.Settled);
        Assert.False(book.Close(second));

        book.Take(At(9));
        Assert.True(book.Settled < At(9) && book.Settled >= At(3));
        Assert.True(book.Close(later));
        Assert.Equal(At(9), book.Settled);
    }

    [Fact]
    public void RunId_OfAnOccurrence_IsTheSameEachTimeAndDifferentForEachTaskAndInstant()
    {
        Assert.Equal(RunId.Of("a", At(1)), RunId.Of("a", At(1)));
        var ids = from task in new[] { "a", "b", "aa" } from second in Enumerable.Range(0, 1000) select RunId.Of(task, At(second)).Value;
        Assert.Equal(3000, ids.Distinct().Count());
        var id = RunId.Of("täsk", At(1)).Value.ToString("N");
        Assert.Equal('8', id[12]);
        Assert.Contains(id[16], "89ab");
        Assert.True(string.CompareOrdinal(RunId.Of("a", At(1)).Value.ToString("N"), RunId.Of("a", At(2)).Value.ToString("N")) < 0);
    }

    private static DateTimeOffset At(int second) => Start.AddSeconds(second);
}
