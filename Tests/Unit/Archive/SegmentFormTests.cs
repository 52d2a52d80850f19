using CsCheck;
using OrleansTasks.Archive;

namespace OrleansTasks.Tests.Unit.Archive;

/// <summary>Tests the stored form of an archive's rows, which files of earlier versions have too.</summary>
public sealed class SegmentFormTests
{
    private static readonly Gen<long> Ticks =
        Gen.OneOf(Gen.Long[0, 300], Gen.Const(DateTime.MaxValue.Ticks), Gen.Long[0, DateTime.MaxValue.Ticks]);

    [Fact]
    public void Write_OfAnyRows_CanBeRead()
    {
        var row = Gen.Select(Gen.Guid, Gen.Long[1, long.MaxValue], Gen.Select(Ticks, Ticks, Ticks, Ticks), Gen.Int[0, int.MaxValue],
            Gen.Short[0, short.MaxValue], Gen.Int[0, 3]);
        row.List[0, 20].Sample(given =>
        {
            var table = new ArchiveTable();
            var slots = new List<int>();
            foreach (var (id, sequence, (due, began, ended, expires), length, attempt, texts) in given)
            {
                table.Add(new ArchiveRow
                {
                    Id = id,
                    RetryOf = texts == 1 ? new Guid(attempt, 1, 1, new byte[8]) : Guid.Empty,
                    Sequence = sequence,
                    Due = due,
                    Began = began,
                    Ended = ended,
                    Expires = expires,
                    Length = length,
                    Attempt = attempt,
                    Revision = (ushort)(texts == 2 ? attempt : 0),
                    Mark = texts == 2 && attempt > 0 ? DeadLetterState.Discarded : DeadLetterState.Open,
                    Task = table.Texts.Add($"task {texts}"),
                    Headers = table.Texts.Add(texts == 0 ? null : $"Ä{texts}"),
                    Status = RunStatus.Failed,
                    Trigger = RunTrigger.Schedule,
                });
                slots.Add(table.Find(id)!.Value);
            }

            var read = SegmentForm.Read(SegmentForm.Write(table, slots), table.Texts, segment: 7);

            Assert.Equal(slots.Select(s => Form(table, table[s])), read.Select(r => Form(table, r)));
        });
    }

    [Fact]
    public void Write_OfAKnownRow_GivesTheBytesOfEveryVersion()
    {
        var table = new ArchiveTable();
        var id = Guid.Parse("00010203-0405-0607-0809-0a0b0c0d0e0f");
        table.Add(new ArchiveRow
        {
            Id = id,
            Sequence = 300,
            Due = 1_000,
            Began = 1_001,
            Ended = 1_200,
            Expires = 999,
            Length = 5,
            Attempt = 2,
            Task = table.Texts.Add("t"),
            Status = RunStatus.Succeeded,
            Trigger = RunTrigger.Request,
        });

        var stored = Convert.ToHexStringLower(SegmentForm.Write(table, [table.Find(id)!.Value]));

        // The version, one text, one row: its id, number, planned instant, and the others relative to it. One is before it.
        Assert.Equal(
            "01" + "01" + "0174" + "01" + "000102030405060708090a0b0c0d0e0f" + "ac02" + "e807" + "0101" + "c801" + "ffffffffffffffffff01"
                + "01" + "000000000000000000" + "05" + "02" + $"{(byte)RunStatus.Succeeded:x2}" + $"{(byte)RunTrigger.Request:x2}",
            stored);
    }

    private static object Form(ArchiveTable table, ArchiveRow row) => (row.Id, row.Sequence, row.Due, row.Began, row.Ended,
        (row.Expires, row.Length, row.Attempt, row.Status, row.Trigger, table.Texts[row.Task], table.Texts[row.Headers],
            row.RetryOf));
}
