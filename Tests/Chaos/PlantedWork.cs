using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos;

/// <summary>Falsifies what was observed of lists and of the account book.</summary>
internal static class PlantedWork
{
    public static readonly IReadOnlyList<string> Known = ["repeated", "skipped", "recomputed", "unbooked", "booked-twice", "stray"];

    public static IReadOnlyList<WorkRecord> Apply(string? what, IReadOnlyList<WorkRecord> records)
    {
        return what switch
        {
            // Another attempt begins at the first item, or beyond what was done, or computes its step again.
            "repeated" => [.. records, After(WorkKind.Stored) with { Kind = WorkKind.ItemBegun, Number = 0 }],
            "skipped" => [.. records, After(WorkKind.Stored) with { Kind = WorkKind.ItemBegun, Number = int.MaxValue }],
            "recomputed" => [.. records, After(WorkKind.StepReturned) with { Kind = WorkKind.StepComputed }],
            "stray" => [.. records, After(WorkKind.OrderBegun) with { Run = new RunId(BookHandler.Name, Guid.Empty) }],
            _ => records,
        };

        WorkRecord After(WorkKind kind)
        {
            var last = records.Last(r => r.Kind == kind);
            return last with { Attempt = 1 + records.Where(r => r.Run == last.Run).Max(r => r.Attempt), Execution = Guid.NewGuid() };
        }
    }

    public static Book Apply(string? what, Book book) => what switch
    {
        "unbooked" => book with { Bookings = [.. book.Bookings.Skip(1)] },
        "booked-twice" => book with { Bookings = [.. book.Bookings, book.Bookings[0]] },
        _ => book,
    };
}
