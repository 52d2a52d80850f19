using System.Buffers;
using System.Text;

namespace OrleansTasks.Archive;

/// <summary>
/// Defines the stored form of a segment's rows: first the texts that they share, then each row, with instants relative to its planned one.
/// Version 2 ends with the rows that are retries, by their numbers, and the runs that they retried.
/// Version 3 has after these the rows with marks, by their numbers, with their revision and state.
/// </summary>
internal static class SegmentForm
{
    private const byte Version = 1;
    private const byte WithRetries = 2;
    private const byte WithMarks = 3;

    // Only initial sizes of buffers.
    private const int TypicalRow = 64;
    private const int TypicalHead = 256;

    /// <summary>Writes rows of a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="slots">The rows to write, in the order of their details.</param>
    public static byte[] Write(ArchiveTable table, IReadOnlyList<int> slots)
    {
        var (numbers, texts) = (new Dictionary<int, int>(), new List<string>());
        var rows = new ArrayBufferWriter<byte>(Math.Max(1, slots.Count) * TypicalRow);
        foreach (var slot in slots)
        {
            WriteRow(table[slot]);
        }

        var retries = slots.Index().Where(s => table[s.Item].RetryOf != Guid.Empty).ToList();
        var marks = slots.Index().Where(s => table[s.Item].Revision != 0).ToList();
        using var all = new MemoryStream(rows.WrittenCount + TypicalHead);
        using (var writer = new BinaryWriter(all, Encoding.UTF8, leaveOpen: true))
        {
            writer.Write(marks.Count > 0 ? WithMarks : retries.Count > 0 ? WithRetries : Version);
            writer.Write7BitEncodedInt(texts.Count);
            texts.ForEach(writer.Write);
            writer.Write7BitEncodedInt(slots.Count);
            writer.Write(rows.WrittenSpan);
            WriteRetries(writer);
            WriteMarks(writer);
        }

        return all.ToArray();

        void WriteRetries(BinaryWriter writer)
        {
            if (retries.Count == 0 && marks.Count == 0)
            {
                return;
            }

            writer.Write7BitEncodedInt(retries.Count);
            foreach (var (number, slot) in retries)
            {
                writer.Write7BitEncodedInt(number);
                writer.Write(table[slot].RetryOf.ToByteArray(bigEndian: true));
            }
        }

        void WriteMarks(BinaryWriter writer)
        {
            if (marks.Count == 0)
            {
                return;
            }

            writer.Write7BitEncodedInt(marks.Count);
            foreach (var (number, slot) in marks)
            {
                writer.Write7BitEncodedInt(number);
                writer.Write7BitEncodedInt(table[slot].Revision);
                writer.Write((byte)table[slot].Mark);
            }
        }

        void WriteRow(in ArchiveRow row)
        {
            var form = new RowForm(rows.GetSpan(RowForm.MaxLength));
            form.Write(row.Id);
            form.Write(row.Sequence);
            form.Write(row.Due);
            form.Write((byte)(row.Began != 0 ? 1 : 0));
            if (row.Began != 0)
            {
                form.Write(row.Began - row.Due);
            }

            form.Write(row.Ended - row.Due);
            form.Write(row.Expires - row.Due);
            form.Write(NumberOf(row.Task));
            form.Write(NumberOf(row.Handler));
            form.Write(NumberOf(row.Group));
            form.Write(NumberOf(row.Tags));
            form.Write(NumberOf(row.Silo));
            form.Write(NumberOf(row.ErrorType));
            form.Write(NumberOf(row.RequestedBy));
            form.Write(NumberOf(row.Headers));
            form.Write(NumberOf(row.Parent));
            form.Write(NumberOf(row.Batch));
            form.Write(row.Length);
            form.Write((int)row.Attempt);
            form.Write((byte)row.Status);
            form.Write((byte)row.Trigger);
            rows.Advance(form.Length);
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
        if (version is not (Version or WithRetries or WithMarks))
        {
            throw new InvalidDataException(
                $"A segment of kept runs has version {version}; this program reads up to version {WithMarks}. Run the newer program.");
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
            var row = new ArchiveRow
            {
                Segment = segment,
                Offset = offset,
                Id = new Guid(reader.ReadBytes(16), bigEndian: true),
                Sequence = reader.Read7BitEncodedInt64(),
                Due = reader.Read7BitEncodedInt64()
            };
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

        for (var n = version != Version ? reader.Read7BitEncodedInt() : 0; n > 0; n--)
        {
            var number = reader.Read7BitEncodedInt();
            rows[number] = rows[number] with { RetryOf = new Guid(reader.ReadBytes(16), bigEndian: true) };
        }

        for (var n = version == WithMarks ? reader.Read7BitEncodedInt() : 0; n > 0; n--)
        {
            var number = reader.Read7BitEncodedInt();
            var revision = (ushort)reader.Read7BitEncodedInt();
            rows[number] = rows[number] with { Revision = revision, Mark = (DeadLetterState)reader.ReadByte() };
        }

        return rows;

        int Text() => texts.Add(names[reader.Read7BitEncodedInt()]);
    }

    /// <summary>Writes the fields of a row, integers in the way of <see cref="BinaryWriter.Write7BitEncodedInt64"/>.</summary>
    private ref struct RowForm(Span<byte> target)
    {
        /// <summary>The maximum length of a row in bytes: an id, 5 integers of 64 bits, 12 of 32 bits, and 3 bytes.</summary>
        public const int MaxLength = 16 + (5 * 10) + (12 * 5) + 3;

        private readonly Span<byte> _target = target;

        /// <summary>Gets the number of bytes written.</summary>
        public int Length { get; private set; }

        public void Write(Guid id)
        {
            id.TryWriteBytes(_target[Length..], bigEndian: true, out var written);
            Length += written;
        }

        public void Write(byte value) => _target[Length++] = value;

        public void Write(int value) => WriteBits((uint)value);

        public void Write(long value) => WriteBits((ulong)value);

        private void WriteBits(ulong rest)
        {
            for (; rest > 0x7F; rest >>= 7)
            {
                _target[Length++] = (byte)(rest | 0x80);
            }

            _target[Length++] = (byte)rest;
        }
    }
}
