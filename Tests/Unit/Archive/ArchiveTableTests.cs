using OrleansTasks.Archive;

namespace OrleansTasks.Tests.Unit.Archive;

/// <summary>Tests which runs the table keeps in memory, and which it removes first.</summary>
public sealed class ArchiveTableTests
{
    private readonly ArchiveTable _table = new();

    [Fact]
    public void Add_KnownRun_KeepsTheLaterNumber()
    {
        Assert.True(Add(1, 5));
        Assert.False(Add(1, 5));
        Assert.False(Add(1, 4));
        Assert.True(Add(1, 6));
        Assert.Equal(1, _table.Count);
        Assert.Equal(6, _table[_table.Find(Id(1))!.Value].Sequence);
    }

    [Fact]
    public void Bound_TooManyRuns_RemovesTheOldestOfTheirKindAndTask()
    {
        for (var n = 1; n <= 6; n++)
        {
            Add(n, n, n % 2 == 0 ? RunStatus.Failed : RunStatus.Succeeded);
            Add(10 + n, n, RunStatus.Succeeded, task: "other");
        }

        _table.Bound("t", RowKind.Succeeded, 1, long.MaxValue);

        Assert.Equal([2, 4, 5, 6], Enumerable.Range(1, 6).Where(n => _table.Find(Id(n)) is not null));
        Assert.Equal(6, Enumerable.Range(11, 6).Count(n => _table.Find(Id(n)) is not null));
        Assert.Equal([2, 0], _table.PushedOut);
    }

    [Fact]
    public void Bound_OfAll_NeverRemovesFailuresForSuccesses()
    {
        Add(1, 1, RunStatus.Failed);
        for (var n = 2; n <= 100; n++)
        {
            Add(n, n);
        }

        _table.Bound(RowKind.Succeeded, 10, long.MaxValue);
        _table.Bound(RowKind.Other, 10, long.MaxValue);

        Assert.NotNull(_table.Find(Id(1)));
        Assert.Equal((10, 1), (_table.CountOf(RowKind.Succeeded), _table.CountOf(RowKind.Other)));
    }

    [Fact]
    public void Bound_InBytes_KeepsTheLastRun()
    {
        Add(1, 1, length: 1_000);
        Add(2, 2, length: 5_000);
        _table.Bound(RowKind.Succeeded, int.MaxValue, 100);
        Assert.Null(_table.Find(Id(1)));
        Assert.NotNull(_table.Find(Id(2)));
    }

    [Fact]
    public void Expire_AfterTheirTime_RemovesThem()
    {
        Add(1, 1, expires: 100);
        Add(2, 2, expires: 200);
        _table.Expire(new DateTimeOffset(150, TimeSpan.Zero));
        Assert.Null(_table.Find(Id(1)));
        Assert.NotNull(_table.Find(Id(2)));
    }

    /// <summary>After random additions and removals, the runs, the counts and the texts equal those of a simple list.</summary>
    [Fact]
    public void Table_UnderRandomOperations_MatchesASimpleList()
    {
        var random = new Random(7);
        var expected = new List<(int Id, string Task, RowKind Kind, int Length)>();
        for (var n = 0; n < 20_000; n++)
        {
            var (id, kind) = (random.Next(400), random.Next(2) == 0 ? RowKind.Succeeded : RowKind.Other);
            var task = $"t{id % 5}";
            switch (random.Next(6))
            {
                case < 3:
                    Add(id, n + 1, kind == RowKind.Succeeded ? RunStatus.Succeeded : RunStatus.Failed, task, 10 + id);
                    expected.RemoveAll(e => e.Id == id);
                    expected.Add((id, task, kind, 10 + id));
                    break;
                case 3 when _table.Find(Id(id)) is { } slot:
                    _table.Remove(slot);
                    expected.RemoveAll(e => e.Id == id);
                    break;
                case 4:
                    _table.Bound(task, kind, 20, long.MaxValue);
                    Trim(e => e.Task == task && e.Kind == kind, 20);
                    break;
                case 5:
                    _table.Bound(kind, 150, long.MaxValue);
                    Trim(e => e.Kind == kind, 150);
                    break;
                default:
                    break;
            }
        }

        Assert.Equal(expected.Select(static e => e.Id).Order(), Enumerable.Range(0, 400).Where(i => _table.Find(Id(i)) is not null));
        foreach (var kind in Enum.GetValues<RowKind>())
        {
            Assert.Equal(expected.Count(e => e.Kind == kind), _table.CountOf(kind));
            Assert.Equal(expected.Where(e => e.Kind == kind).Sum(static e => 256L + e.Length), _table.BytesOf(kind));
        }

        Assert.Equal(expected.Count, _table.OfSegment(1));
        _table.Clear();
        Assert.Equal((0, 0, 0), (_table.Count, _table.Texts.Count, _table.OfSegment(1)));

        void Trim(Func<(int Id, string Task, RowKind Kind, int Length), bool> which, int most)
        {
            foreach (var gone in expected.Where(which).Take(Math.Max(0, expected.Count(which) - most)).ToList())
            {
                expected.Remove(gone);
            }
        }
    }

    private static Guid Id(int n) => new(n, 0, 0, new byte[8]);

    private bool Add(int id, long sequence, RunStatus status = RunStatus.Succeeded, string task = "t", int length = 10,
        long expires = long.MaxValue) => _table.Add(new ArchiveRow
        {
            Id = Id(id),
            Sequence = sequence,
            Ended = sequence,
            Expires = expires,
            Task = _table.Texts.Add(task),
            Silo = _table.Texts.Add("S1"),
            Headers = _table.Texts.Add($"{{\"n\":\"{id}\"}}"),
            Status = status,
            Segment = 1,
            Length = length,
        });
}
