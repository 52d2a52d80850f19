namespace OrleansTasks;

/// <summary>What is known of each slot of the journal: its ETag, and how much it holds.</summary>
internal sealed class JournalSlots(int count)
{
    private readonly string?[] _etags = new string?[count];
    private readonly int[] _bytes = new int[count];
    private readonly bool[] _known = new bool[count];

    public int Count => count;

    public static string Name(int slot) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"s{slot}");

    public int Of(long sequence) => (int)(sequence % count);

    public string NameOf(long sequence) => Name(Of(sequence));

    public bool IsKnown(int slot) => _known[slot];

    public string? ETag(long sequence) => _etags[Of(sequence)];

    public int Bytes(long sequence) => _bytes[Of(sequence)];

    public void Set(long sequence, string? etag, int bytes)
    {
        var slot = Of(sequence);
        _etags[slot] = etag;
        _bytes[slot] = bytes;
        _known[slot] = true;
    }
}
