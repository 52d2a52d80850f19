using System.Buffers.Binary;

namespace OrleansTasks.Batches;

/// <summary>
/// Represents the tasks of a batch's runs in a compact form, because it is stored with each counted end. Immutable; pure.
/// </summary>
/// <param name="Tasks">The names, each once.</param>
/// <param name="Places">The index of each run's task among the names, in as few bytes as the number of names needs; null if there is one
/// name.</param>
internal sealed record BatchMembers(IReadOnlyList<string> Tasks, byte[]? Places)
{
    /// <summary>Creates the compact form from the runs.</summary>
    public static BatchMembers Of(IReadOnlyList<BatchItem> items)
    {
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        var width = Width(items.Select(i => i.Task).Distinct(StringComparer.Ordinal).Count());
        var bytes = new byte[items.Count * width];
        Span<byte> place = stackalloc byte[sizeof(int)];
        for (var n = 0; n < items.Count; n++)
        {
            places.TryAdd(items[n].Task, places.Count);
            BinaryPrimitives.WriteInt32LittleEndian(place, places[items[n].Task]);
            place[..width].CopyTo(bytes.AsSpan(n * width));
        }

        return new BatchMembers([.. places.OrderBy(p => p.Value).Select(p => p.Key)], width == 0 ? null : bytes);
    }

    /// <summary>Returns the task of a run.</summary>
    /// <param name="index">The run's place in the batch.</param>
    public string TaskOf(int index)
    {
        if (Places is null)
        {
            return Tasks[0];
        }

        var width = Width(Tasks.Count);
        Span<byte> place = stackalloc byte[sizeof(int)];
        place.Clear();
        Places.AsSpan(index * width, width).CopyTo(place);
        return Tasks[BinaryPrimitives.ReadInt32LittleEndian(place)];
    }

    private static int Width(int tasks) => tasks switch { <= 1 => 0, <= 1 << 8 => 1, <= 1 << 16 => 2, _ => 4 };
}
