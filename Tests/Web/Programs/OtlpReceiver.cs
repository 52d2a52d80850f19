using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Web;

/// <summary>Stores a received span and the program that sent it.</summary>
internal sealed record ReceivedSpan(string TraceId, string SpanId, string ParentId, string Name, int Kind, string Service, string Instance);

/// <summary>Receives traces over OTLP (protobuf over HTTP), as a collector does.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();
    private TaskCompletionSource _next = New();

    private OtlpReceiver(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Gets the settings with which a program sends its traces here.</summary>
    public string[] Settings =>
        ["--OTEL_EXPORTER_OTLP_ENDPOINT", _app.Urls.Single(), "--OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf", "--OTEL_BSP_SCHEDULE_DELAY",
            "100"];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.MapPost("/v1/traces", receiver.TakeAsync);
        receiver._app.MapPost("/v1/{signal}", static () => Results.Ok());
        await receiver._app.StartAsync(TestContext.Current.CancellationToken);
        return receiver;
    }

    /// <summary>Waits for a span of a trace, from the given instance of a program if there is one.</summary>
    public async Task<ReceivedSpan> SpanAsync(string trace, string name, string? instance = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromSeconds(60));
        while (true)
        {
            // Taken before the search, so that a span that arrives meanwhile ends the wait.
            var next = Volatile.Read(ref _next).Task;
            if (_spans.FirstOrDefault(
                s => s.TraceId == trace && s.Name == name && (instance is null || s.Instance == instance)) is { } span)
            {
                return span;
            }

            try
            {
                await next.WaitAsync(patience.Token);
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException(
                    $"'{name}' of {trace} did not come; of that trace there are: "
                        + $"{string.Join(", ", _spans.Where(s => s.TraceId == trace))}.");
            }
        }
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task TakeAsync(HttpRequest request)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body);
        foreach (var sent in Fields(body.ToArray(), 1))
        {
            var sender = Fields(sent, 1).SelectMany(static resource => Fields(resource, 1))
                .ToDictionary(static a => Text(a, 1), static a => Fields(a, 2).Select(static v => Text(v, 1)).FirstOrDefault() ?? "");
            foreach (var span in Fields(sent, 2).SelectMany(static scope => Fields(scope, 2)))
            {
                _spans.Enqueue(
                    new ReceivedSpan(Hex(span, 1), Hex(span, 2), Hex(span, 4), Text(span, 5), (int)Number(span, 6), sender["service.name"],
                        sender["service.instance.id"]));
            }
        }

        Interlocked.Exchange(ref _next, New()).SetResult();
    }

    private static string Hex(byte[] message, int field) => Convert.ToHexStringLower(Fields(message, field).FirstOrDefault() ?? []);

    private static string Text(byte[] message, int field) => Encoding.UTF8.GetString(Fields(message, field).FirstOrDefault() ?? []);

    private static long Number(byte[] message, int field) =>
        Read(message).Where(f => f.Field == field).Select(static f => f.Number).FirstOrDefault();

    private static IEnumerable<byte[]> Fields(byte[] message, int field) =>
        Read(message).Where(f => f.Field == field && f.Bytes is not null).Select(static f => f.Bytes!);

    /// <summary>Reads the fields of a protobuf message.</summary>
    private static List<(int Field, long Number, byte[]? Bytes)> Read(byte[] message)
    {
        var fields = new List<(int, long, byte[]?)>();
        var at = 0;
        while (at < message.Length)
        {
            var tag = Varint();
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    fields.Add((field, (long)Varint(), null));
                    break;
                case 1:
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint();
                    fields.Add((field, 0, message[at..(at + length)]));
                    at += length;
                    break;
                default:
                    at += 4;
                    break;
            }
        }

        return fields;

        ulong Varint()
        {
            ulong value = 0;
            for (var shift = 0; ; shift += 7)
            {
                var part = message[at++];
                value |= (ulong)(part & 0x7f) << shift;
                if (part < 0x80)
                {
                    return value;
                }
            }
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
