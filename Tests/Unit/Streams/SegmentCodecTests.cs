using System.Buffers;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Providers;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using OrleansTasks.Streams.Queues;

namespace OrleansTasks.Tests.Unit;

/// <summary>Tests that segments are written and read as in Orleans, byte for byte, so that each side understands the other.</summary>
public sealed class SegmentCodecTests
{
    private static readonly ServiceProvider Orleans = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private static readonly ServiceProvider Ours = Make();

    // Text and arbitrary bytes, also with lengths close to the end of a block or piece.
    private static readonly Gen<byte[]> Bytes = Gen.OneOf(
        Gen.Byte[0, 127].Array[0, 60], Gen.Byte.Array[0, 60], Gen.Byte.Array[1020, 1030], Gen.Byte[100, 140].Array[2040, 2060],
        Gen.Byte[0, 127].Array[4090, 4110]);

    private static readonly Gen<ArraySegment<byte>> Segments =
        Gen.Select(Bytes, Gen.Int[0, 3], Gen.Int[0, 3],
            (b, first, last) =>
                b.Length < first + last ? new ArraySegment<byte>(b) : new ArraySegment<byte>(b, first, b.Length - first - last));

    [Fact]
    public void Bytes_OfAnyKind_AreWrittenAsByOrleans() => Segments.Sample(s =>
    {
        var written = Of(Ours).SerializeToArray(new MemoryMessageData { Payload = s, SequenceNumber = 7 });
        Assert.Equal(Of(Orleans).SerializeToArray(new MemoryMessageData { Payload = s, SequenceNumber = 7 }), written);
        Assert.Equal(s.AsSpan(), Of(Orleans).Deserialize<MemoryMessageData>(written).Payload.AsSpan());
    });

    [Fact]
    public void Bytes_InPiecesOfAnySize_AreRead() => Gen.Select(Segments, Gen.Int[1, 40]).Sample((s, size) =>
    {
        var written = Of(Orleans).SerializeToArray(new MemoryMessageData { Payload = s, SequenceNumber = 7 });
        var read = Of(Ours).Deserialize<MemoryMessageData>(Pieces(written, size));
        Assert.Equal(s.AsSpan(), read.Payload.AsSpan());
        Assert.Equal(7, read.SequenceNumber);
    });

    [Fact]
    public void Objects_ReferredToAfterBytes_AreTheSame() => Gen.Select(Segments.Where(s => s.Count > 0), Segments).Sample((one, other) =>
    {
        // Orleans cannot read an empty segment a second time, so the first one is not empty. A segment that covers its whole array is
        // written as a reference to that array when it appears again. The list stands before and after bytes, which count as references
        // too.
        var list = new List<object> { "text" };
        var before = (list, one, other, one, list);
        var written = Of(Ours).SerializeToArray(before);
        Assert.Equal(Of(Orleans).SerializeToArray(before), written);
        foreach (var by in new[] { Orleans, Ours })
        {
            var read =
                Of(by).Deserialize<(List<object> First, ArraySegment<byte> One, ArraySegment<byte> Other, ArraySegment<byte> Again,
                    List<object> Last)>(written);
            Assert.Same(read.First, read.Last);
            Assert.Equal(one.AsSpan(), read.One.AsSpan());
            Assert.Equal(other.AsSpan(), read.Other.AsSpan());
            Assert.Equal(one.AsSpan(), read.Again.AsSpan());
        }
    });

    [Fact]
    public void Bytes_Truncated_AreAnError() =>
        Gen.Select(Bytes.Where(b => b.Length > 0), Gen.Int[0, int.MaxValue], Gen.Int[1, 40]).Sample((b, n, size) =>
    {
        var written = Of(Ours).SerializeToArray(new ArraySegment<byte>(b));
        var some = written[..(n % (written.Length - 2))];
        Assert.ThrowsAny<Exception>(() => Of(Ours).Deserialize<ArraySegment<byte>>(Pieces(some, size)));
        Assert.ThrowsAny<Exception>(() => Of(Orleans).Deserialize<ArraySegment<byte>>(Pieces(some, size)));
    });

    [Fact]
    public void Bytes_Corrupted_AreReadAsByOrleansOrRejected() =>
        Gen.Select(Bytes.Where(b => b.Length > 0), Gen.Select(Gen.Int[0, int.MaxValue], Gen.Byte).Array[1, 3], Gen.Int[1, 5000])
            .Sample((b, spoilt, size) =>
        {
            var written = Of(Ours).SerializeToArray(new ArraySegment<byte>(b));
            foreach (var (at, value) in spoilt)
            {
                written[at % written.Length] = value;
            }

            ArraySegment<byte> read;
            try
            {
                read = Of(Ours).Deserialize<ArraySegment<byte>>(Pieces(written, size));
            }
            catch (Exception)
            {
                return;
            }

            Assert.Equal(Of(Orleans).Deserialize<ArraySegment<byte>>(Pieces(written, size)).AsSpan(), read.AsSpan());
        });

    [Fact]
    public void Bytes_WrittenToAnExactBuffer_Fit() => Segments.Sample(s =>
    {
        var size = Of(Ours).SerializeToArray(s).Length;
        var room = new byte[size + 8];
        Assert.Equal(size, Of(Ours).Serialize(s, room));
        Assert.Equal(s.AsSpan(), Of(Orleans).Deserialize<ArraySegment<byte>>(room.AsMemory(0, size)).AsSpan());
    });

    [Fact]
    public void Hosts_OfEitherKind_HaveTheCodec()
    {
        var silo = Host.CreateApplicationBuilder();
        silo.UseOrleans(s => s.UseLocalhostClustering().UseInMemoryTasks().AddTasks(static t => t.Define("noop", static () => { })));
        var client = Host.CreateApplicationBuilder();
        client.UseOrleansClient(c => c.UseLocalhostClustering().AddTaskClient().AddTaskClient());
        foreach (var builder in new[] { silo, client })
        {
            using var host = builder.Build();
            var codecs = host.Services.GetRequiredService<ICodecProvider>();
            Assert.IsType<SegmentCodec<byte>>(codecs.GetCodec<ArraySegment<byte>>());
            Assert.IsType<SegmentCopier<byte>>(codecs.GetDeepCopier<ArraySegment<byte>>());
        }
    }

    [Theory]
    [InlineData(7, "01")]
    [InlineData(8, "00")]
    public void Bytes_MixedWithOtherValues_AreAnError(int at, string hex)
    {
        var written = Of(Ours).SerializeToArray(new ArraySegment<byte>([1, 2, 3, 4, 5, 6, 7, 8]));
        written[at] = Convert.FromHexString(hex)[0];
        Assert.Throws<InvalidDataException>(() => Of(Ours).Deserialize<ArraySegment<byte>>(written));
    }

    [Fact]
    public void Bytes_Copied_AreIndependent() => Segments.Sample(s =>
    {
        var copy = Ours.GetRequiredService<DeepCopier>().Copy(s);
        Assert.Equal(s.AsSpan(), copy.AsSpan());
        Assert.True(s.Count == 0 || copy.Array != s.Array);
    });

    [Fact]
    public void OtherSegments_UseTheCodecOfOrleans()
    {
        var numbers = new ArraySegment<int>([1, 2, 3, 4], 1, 2);
        var written = Of(Ours).SerializeToArray(numbers);
        Assert.Equal(Of(Orleans).SerializeToArray(numbers), written);
        Assert.Equal(numbers.AsSpan(), Of(Ours).Deserialize<ArraySegment<int>>(written).AsSpan());
        Assert.Equal(numbers.AsSpan(), Ours.GetRequiredService<DeepCopier>().Copy(numbers).AsSpan());
        Assert.Null(Of(Ours).Deserialize<ArraySegment<byte>>(Of(Ours).SerializeToArray(default(ArraySegment<byte>))).Array);
    }

    [Fact]
    public void Hosts_WithReplaceSegmentCodecFalse_UseTheCodecOfOrleans()
    {
        var silo = Host.CreateApplicationBuilder();
        silo.UseOrleans(s => s.UseLocalhostClustering().UseInMemoryTasks().AddTasks(static t => t.Define("noop", static () => { })));
        silo.Services.Configure<TaskClientOptions>(static o => o.ReplaceSegmentCodec = false);
        var client = Host.CreateApplicationBuilder();
        client.UseOrleansClient(c => c.UseLocalhostClustering().AddTaskClient(static o => o.ReplaceSegmentCodec = false));
        foreach (var builder in new[] { silo, client })
        {
            using var host = builder.Build();
            var codec = host.Services.GetRequiredService<ICodecProvider>().GetCodec<ArraySegment<byte>>();
            Assert.Equal(Orleans.GetRequiredService<ICodecProvider>().GetCodec<ArraySegment<byte>>().GetType(), codec.GetType());
            Assert.IsNotType<SegmentCodec<byte>>(codec);

            var segment = new ArraySegment<byte>([1, 2, 3, 200]);
            var written = Of(Ours).SerializeToArray(segment);
            Assert.Equal(segment.AsSpan(),
                host.Services.GetRequiredService<Serializer>().Deserialize<ArraySegment<byte>>(written).AsSpan());
        }
    }

    private static Serializer Of(IServiceProvider services) => services.GetRequiredService<Serializer>();

    private static ServiceProvider Make()
    {
        var services = new ServiceCollection().AddSerializer();
        services.AddSegmentCodec();
        return services.BuildServiceProvider();
    }

    private static ReadOnlySequence<byte> Pieces(byte[] bytes, int size)
    {
        var first = new Piece(bytes.AsMemory(0, Math.Min(size, bytes.Length)), 0);
        var last = first;
        for (var at = size; at < bytes.Length; at += size)
        {
            last = last.Before(bytes.AsMemory(at, Math.Min(size, bytes.Length - at)));
        }

        return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory, long index) => (Memory, RunningIndex) = (memory, index);

        public Piece Before(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory, RunningIndex + Memory.Length);
            Next = next;
            return next;
        }
    }
}
