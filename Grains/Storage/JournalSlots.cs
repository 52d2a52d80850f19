namespace OrleansTasks.Storage;

/// <summary>Keeps what is known of each slot of the journal: its ETag, the id of its record, and the record's size.</summary>
internal sealed class JournalSlots(int count)
{
    private readonly string?[] _etags = new string?[count];
    private readonly Guid[] _ids = new Guid[count];
    private readonly int[] _bytes = new int[count];
    private readonly bool[] _known = new bool[count];

    public int Count => count;

    public static string Name(int slot) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"s{slot}");

    public int Of(long sequence) => (int)(sequence % count);

    public string NameOf(long sequence) => Name(Of(sequence));

    public bool IsKnown(int slot) => _known[slot];

    public string? ETag(long sequence) => _etags[Of(sequence)];

    /// <summary>Returns the id of the record that was last written to or read from the slot.</summary>
    public Guid Id(long sequence) => _ids[Of(sequence)];

    public int Bytes(long sequence) => _bytes[Of(sequence)];

    public void Set(long sequence, string? etag, Guid id, int bytes)
    {
        var slot = Of(sequence);
        _etags[slot] = etag;
        _ids[slot] = id;
        _bytes[slot] = bytes;
        _known[slot] = true;
    }

    /// <summary>Marks all slots as empty, as they are in a new partition.</summary>
    public void SetEmpty() => Array.Fill(_known, true);

    /// <summary>Returns the next sequence numbers, starting at a given one, for whose slots nothing is known.</summary>
    public List<long> Unknown(long from, int most)
    {
        var unknown = new List<long>();
        for (var sequence = from; sequence < from + count && unknown.Count < most; sequence++)
        {
            if (!_known[Of(sequence)])
            {
                unknown.Add(sequence);
            }
        }

        return unknown;
    }

    /// <summary>Forgets all slots except those of a range of segments, because the content of the others may have changed.</summary>
    public void ForgetAllBut(long first, long end)
    {
        for (var sequence = end; sequence < first + count; sequence++)
        {
            _known[Of(sequence)] = false;
        }
    }
}
