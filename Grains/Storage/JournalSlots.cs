namespace OrleansTasks.Storage;

/// <summary>What is known of each slot of the journal: its ETag, which record it has, and how much that holds.</summary>
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

    /// <summary>The id of the record that was written or read there last.</summary>
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

    /// <summary>Takes the slots for empty, as they are in a new partition.</summary>
    public void SetEmpty() => Array.Fill(_known, true);

    /// <summary>The next so many sequence numbers, from one on, of whose slots nothing is known.</summary>
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

    /// <summary>Forgets all but the slots of some segments: what is in the others may not be what it was.</summary>
    public void ForgetAllBut(long first, long end)
    {
        for (var sequence = end; sequence < first + count; sequence++)
        {
            _known[Of(sequence)] = false;
        }
    }
}
