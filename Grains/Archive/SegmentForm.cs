using System.Text;

namespace OrleansTasks.Archive;

/// <summary>
/// Defines the stored form of a segment's rows: first the texts that they share, then each row, with instants relative to its planned one.
/// </summary>
internal static class SegmentForm
{
    private const byte Version = 1;

    /// <summary>Writes rows of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="slots">The rows to write, in the order of their details.</param>
    public static byte[] Write(ArchiveTable table, IReadOnlyList<int> slots)
    {
        var (numbers, texts) = (new Dictionary<int, int>(), new List<string>());
        using var rows = new MemoryStream();
        using (var writer = new BinaryWriter(rows, Encoding.UTF8, leaveOpen: true))
        {
            foreach (var slot in slots)
            {
                WriteRow(writer, table[slot]);
            }
        }

        using var all = new MemoryStream();
        using (var writer = new BinaryWriter(all, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(Version);
            writer.Write7BitEncodedInt(texts.Count);
            texts.ForEach(writer.Write);
            writer.Write7BitEncodedInt(slots.Count);
            writer.Flush();
            rows.WriteTo(all);
        }

        return all.ToArray();

        void WriteRow(BinaryWriter writer, in ArchiveRow row)
        {
            writer.Write(row.Id.ToByteArray(bigEndian: true));
            writer.Write7BitEncodedInt64(row.Sequence);
            writer.Write7BitEncodedInt64(row.Due);
            writer.Write(row.Began != 0);
            if (row.Began != 0)
            {
                writer.Write7BitEncodedInt64(row.Began - row.Due);
            }

            writer.Write7BitEncodedInt64(row.Ended - row.Due);
            writer.Write7BitEncodedInt64(row.Expires - row.Due);
            foreach (var text in (ReadOnlySpan<int>)[row.Task, row.Handler, row.Group, row.Tags, row.Silo, row.ErrorType, row.RequestedBy, row.Headers, row.Parent, row.Batch])
            {
                writer.Write7BitEncodedInt(NumberOf(text));
            }

            writer.Write7BitEncodedInt(row.Length);
            writer.Write7BitEncodedInt(row.Attempt);
            writer.Write((byte)row.Status);
            writer.Write((byte)row.Trigger);
        }

        int NumberOf(int text)
        {
            if (text == 0)
            {
                return 0;
            }

            if (!numbers.TryGetValue(text, out var number))
            {
                texts.Add(table.Texts[text]!);
                numbers.Add(text, number = texts.Count);
            }

            return number;
        }
    }

    /// <summary>Reads rows, and adds their texts to those of a table. The rows are in no table yet.</summary>
    /// <param name="stored">The output of <see cref="Write"/>.</param>
    /// <param name="texts">The texts of the table.</param>
    /// <param name="segment">The segment of the rows.</param>
    public static List<ArchiveRow> Read(byte[] stored, InternedTexts texts, int segment)
    {
        using var reader = new BinaryReader(new MemoryStream(stored, writable: false), Encoding.UTF8);
        var version = reader.ReadByte();
        if (version != Version)
        {
            throw new InvalidDataException($"A segment of kept runs has version {version}; this program reads version {Version}. Run the newer program.");
        }

        var names = new string[reader.Read7BitEncodedInt() + 1];
        for (var n = 1; n < names.Length; n++)
        {
            names[n] = reader.ReadString();
        }

        var rows = new List<ArchiveRow>(reader.Read7BitEncodedInt());
        var offset = 0;
        for (var n = rows.Capacity; n > 0; n--)
        {
            var row = new ArchiveRow { Segment = segment, Offset = offset, Id = new Guid(reader.ReadBytes(16), bigEndian: true), Sequence = reader.Read7BitEncodedInt64(), Due = reader.Read7BitEncodedInt64() };
            row.Began = reader.ReadBoolean() ? row.Due + reader.Read7BitEncodedInt64() : 0;
            row.Ended = row.Due + reader.Read7BitEncodedInt64();
            row.Expires = row.Due + reader.Read7BitEncodedInt64();
            (row.Task, row.Handler, row.Group, row.Tags, row.Silo) = (Text(), Text(), Text(), Text(), Text());
            (row.ErrorType, row.RequestedBy, row.Headers, row.Parent, row.Batch) = (Text(), Text(), Text(), Text(), Text());
            row.Length = reader.Read7BitEncodedInt();
            row.Attempt = (short)reader.Read7BitEncodedInt();
            (row.Status, row.Trigger) = ((RunStatus)reader.ReadByte(), (RunTrigger)reader.ReadByte());
            rows.Add(row);
            offset += row.Length;
        }

        return rows;

        int Text() => texts.Add(names[reader.Read7BitEncodedInt()]);
    }
}
