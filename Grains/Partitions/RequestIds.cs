using System.Buffers.Binary;

namespace OrleansTasks.Partitions;

/// <summary>
/// Keeps the ids of processed requests about which a partition keeps nothing else, so that a repetition is recognized. Each id carries one
/// bit, the answer of a request that was answered with yes or no. Knows no clock and no storage.
/// </summary>
/// <remarks>
/// An addition is stored as one small item, a block. When there are enough blocks, or they are old enough, they are merged into a chunk of
/// sorted ids of 16 bytes each. Whole chunks are dropped, the oldest first, when they expire or when there are more ids than the capacity.
/// Age is counted in sweeps while the partition is open, so that neither a step of the clock nor an outage makes the partition forget.
/// </remarks>
/// <param name="note">Records a change for the log: an item's key, and its JSON or null.</param>
internal sealed class RequestIds(Action<string, string?> note)
{
    public const string Prefix = "e:";
    private const int ChunkSize = 4_096;
    private const int MaxBlocks = 1_024;
    private const int ChunksPerRetention = 8;
    private const int IdSize = 16;
    private const string FloorKey = Prefix + "floor";

    // The chunks in the order of their numbers, which is the order of their age.
    private readonly SortedDictionary<long, Chunk> _chunks = [];
    private readonly Dictionary<long, Guid[]> _blocks = [];
    private readonly HashSet<Guid> _open = [];
    private Guid _greatest;
    private long _nextChunk;
    private long _nextBlock;
    private long _sweeps;
    private long _openSince;

    /// <summary>Gets the number of ids.</summary>
    public int Count { get; private set; }

    /// <summary>Gets or sets the maximum number of ids. Whole chunks are dropped beyond it.</summary>
    public int Capacity { get; set; } = int.MaxValue;

    /// <summary>Gets or sets the number of sweeps for which an id is kept.</summary>
    public int MaxAge { get; set; } = int.MaxValue;

    /// <summary>Gets the instant, in Unix milliseconds, up to which ids may have been created and since been dropped.</summary>
    public long Floor { get; private set; }

    /// <summary>Gets the keys of the stored items.</summary>
    public IEnumerable<string> Keys =>
        (Floor == 0 ? [] : new[] { FloorKey }).Concat(_chunks.Keys.Select(ChunkKey)).Concat(_blocks.Keys.Select(BlockKey));

    /// <summary>Adds the ids of processed requests.</summary>
    public void Add(IReadOnlyList<Guid> ids, DateTimeOffset now)
    {
        foreach (var block in ids.Where(id => !IsKept(id)).Distinct().Chunk(ChunkSize))
        {
            AddBlock(block, now);
        }
    }

    /// <summary>Adds a request that was answered with yes or no. The first answer stays.</summary>
    public void Add(Guid id, bool answer, DateTimeOffset now)
    {
        if (id != Guid.Empty && Find(id) is null)
        {
            AddBlock([answer ? Yes(id) : id], now);
        }
    }

    /// <summary>Returns the answer to a request; null if it is not known. For a run: false.</summary>
    public bool? Find(Guid id) => id == Guid.Empty ? null : IsKept(id) ? false : IsKept(Yes(id)) ? true : null;

    /// <summary>
    /// Returns whether a request with this id may have been processed and dropped since then. This is derived from the timestamp in ids of
    /// version 7; other ids have none.
    /// </summary>
    public bool MayHaveDropped(Guid id) => Floor > 0 && InstantOf(id) is { } made && made <= Floor;

    /// <summary>Merges blocks that are old enough, and drops expired chunks. To be called once a minute.</summary>
    public void Sweep(DateTimeOffset now)
    {
        _sweeps++;
        if (_blocks.Count > 0 && _sweeps - _openSince >= Math.Max(1, MaxAge / ChunksPerRetention))
        {
            Merge();
        }

        while (_chunks.Count > 0 && _chunks.First() is var (number, chunk) && _sweeps - chunk.Since >= MaxAge)
        {
            Drop(number, chunk, now);
        }
    }

    /// <summary>Loads a stored item.</summary>
    public void Load(string key, string json)
    {
        if (key == FloorKey)
        {
            Floor = long.Parse(json, System.Globalization.CultureInfo.InvariantCulture);
            return;
        }

        var ids = Read(json);
        var number = long.Parse(key.AsSpan(Prefix.Length + 1), System.Globalization.NumberStyles.HexNumber,
            System.Globalization.CultureInfo.InvariantCulture);
        Count += ids.Length;
        if (key[Prefix.Length] == 'c')
        {
            _chunks.Add(number, new Chunk(ids, _sweeps));
            _nextChunk = Math.Max(_nextChunk, number + 1);
            _greatest = Max(_greatest, ids[^1]);
        }
        else
        {
            _blocks.Add(number, ids);
            _open.UnionWith(ids);
            _nextBlock = Math.Max(_nextBlock, number + 1);
        }
    }

    /// <summary>Returns the JSON of a stored item; null if it does not exist.</summary>
    public string? GetJson(string key)
    {
        if (key == FloorKey)
        {
            return Floor == 0 ? null : FloorJson;
        }

        var number = long.Parse(key.AsSpan(Prefix.Length + 1), System.Globalization.NumberStyles.HexNumber,
            System.Globalization.CultureInfo.InvariantCulture);
        return key[Prefix.Length] == 'c'
            ? _chunks.TryGetValue(number, out var chunk) ? Write(chunk.Ids) : null
            : _blocks.TryGetValue(number, out var ids) ? Write(ids) : null;
    }

    private string FloorJson => Floor.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private void AddBlock(Guid[] ids, DateTimeOffset now)
    {
        if (_blocks.Count == 0)
        {
            _openSince = _sweeps;
        }

        var number = _nextBlock++;
        _blocks.Add(number, ids);
        _open.UnionWith(ids);
        Count += ids.Length;
        note(BlockKey(number), Write(ids));
        if (_open.Count >= ChunkSize || _blocks.Count >= MaxBlocks)
        {
            Merge();
        }

        while (Count > Capacity && _chunks.Count > 0)
        {
            var (oldest, chunk) = _chunks.First();
            Drop(oldest, chunk, now);
        }
    }

    /// <summary>Merges the blocks into one chunk.</summary>
    private void Merge()
    {
        foreach (var block in _blocks.Keys)
        {
            note(BlockKey(block), null);
        }

        Guid[] ids = [.. _open];
        Array.Sort(ids);
        Count += ids.Length - _blocks.Values.Sum(b => b.Length);
        _blocks.Clear();
        _open.Clear();
        _greatest = Max(_greatest, ids[^1]);
        var number = _nextChunk++;
        _chunks.Add(number, new Chunk(ids, _sweeps));
        note(ChunkKey(number), Write(ids));
    }

    private void Drop(long number, Chunk chunk, DateTimeOffset now)
    {
        _chunks.Remove(number);
        Count -= chunk.Ids.Length;
        note(ChunkKey(number), null);

        // An id with a future timestamp, created by a wrong clock, must not make later requests look old.
        var floor = Math.Min(chunk.Ids.Max(id => InstantOf(id) ?? 0), now.ToUnixTimeMilliseconds());
        if (floor > Floor)
        {
            Floor = floor;
            note(FloorKey, FloorJson);
        }

        _greatest = _chunks.Count == 0 ? Guid.Empty : _chunks.Values.Max(c => c.Ids[^1]);
    }

    // Most ids are newer than all in the chunks, so that one comparison is enough.
    private bool IsKept(Guid id) =>
        _open.Contains(id) || (id.CompareTo(_greatest) <= 0 && _chunks.Values.Any(c => Array.BinarySearch(c.Ids, id) >= 0));

    /// <summary>
    /// Returns the id under which a yes is kept: the same with its last bit inverted. Another request is as unlikely to have it as to have
    /// the same id.
    /// </summary>
    private static Guid Yes(Guid id)
    {
        Span<byte> bytes = stackalloc byte[IdSize];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        bytes[^1] ^= 1;
        return new Guid(bytes, bigEndian: true);
    }

    private static long? InstantOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[IdSize];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return bytes[6] >> 4 == 7 ? BinaryPrimitives.ReadInt64BigEndian(bytes) >>> 16 : null;
    }

    private static Guid Max(Guid one, Guid other) => one.CompareTo(other) >= 0 ? one : other;

    private static string ChunkKey(long number) => $"{Prefix}c{number:x}";

    private static string BlockKey(long number) => $"{Prefix}b{number:x}";

    private static string Write(Guid[] ids)
    {
        var bytes = new byte[ids.Length * IdSize];
        for (var n = 0; n < ids.Length; n++)
        {
            ids[n].TryWriteBytes(bytes.AsSpan(n * IdSize), bigEndian: true, out _);
        }

        return $"\"{Convert.ToBase64String(bytes)}\"";
    }

    private static Guid[] Read(string json)
    {
        var bytes = Convert.FromBase64String(json[1..^1]);
        var ids = new Guid[bytes.Length / IdSize];
        for (var n = 0; n < ids.Length; n++)
        {
            ids[n] = new Guid(bytes.AsSpan(n * IdSize, IdSize), bigEndian: true);
        }

        return ids;
    }

    private sealed record Chunk(Guid[] Ids, long Since);
}
