using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace OrleansTasks.Tests.Web;

/// <summary>Sends broken and hostile requests to a real silo. It refuses each with a client error, and continues to work.</summary>
public sealed class HostileInputTests
{
    private const int Requests = 800;
    private const int Seed = 20_261_124;

    private static readonly string[] Names =
    [
        "fibonacci", "tick", "..%2F..%2Fetc%2Fpasswd", "%00", "a%0D%0Ab", "%E2%80%AE", "%F0%9F%92%A9", "%FF%FE", "~", "a~b", "a%2Fb", "%20",
        ".", "con", "-1", "null", "%25", new('n', 5_000), "t-fibonacci", "PubSubStore",
    ];

    private static readonly string[] Paths =
    [
        "/tasks/{0}", "/tasks/{0}/run", "/tasks/{0}/dispatch", "/tasks/{0}/pause", "/tasks/{0}/resume", "/tasks/{0}/trigger",
        "/tasks/{0}/runs?limit={1}&before={1}", "/tasks/{0}/runs",
        "/tasks?limit={1}&after={0}&prefix={0}", "/tasks?state={0}", "/runs/{0}", "/runs/{0}~0199f3a26d2c7c1e9d5f0123456789ab",
        "/tasks/{0}/nothing", "/broadcasts", "/scheduler/{0}",
    ];

    private static readonly string[] Numbers = ["-1", "0", "999999999999999999999", "1e400", "NaN", "0x10", "%20", "1%00"];

    private static readonly Func<Random, byte[]>[] Bodies =
    [
        _ => [],
        _ => "null"u8.ToArray(),
        _ => "[]"u8.ToArray(),
        _ => "{"u8.ToArray(),
        _ => "{\"args\":[13]}"u8.ToArray(),
        _ => "{\"args\":[1e400]}"u8.ToArray(),
        _ => "{\"args\":{\"n\":1},\"named\":[1]}"u8.ToArray(),
        _ => "{\"args\":[1],\"args\":[2]}"u8.ToArray(),
        _ => "{\"handler\":\"fibonacci\",\"schedule\":{\"every\":\"-00:00:01\"}}"u8.ToArray(),
        _ => "{\"handler\":\"fibonacci\",\"schedule\":{\"every\":\"00:00:00.0000001\"}}"u8.ToArray(),
        _ => "{\"handler\":\"fibonacci\",\"schedule\":{\"cron\":\"* * * * * * * *\"}}"u8.ToArray(),
        _ => "{\"handler\":\"fibonacci\",\"schedule\":{\"cron\":\"0 0 30 2 *\",\"timeZone\":\"../../etc\"}}"u8.ToArray(),
        _ => "{\"handler\":\"\\u0000\",\"schedule\":42}"u8.ToArray(),
        _ => "{\"handler\":\"fibonacci\",\"options\":{\"historyLength\":-1,\"timeout\":\"99999999.00:00:00\"}}"u8.ToArray(),
        _ => "{\"args\":[1],\"at\":\"0000-00-00\",\"delay\":\"-1\"}"u8.ToArray(),
        _ => "{\"args\":[1],\"timeout\":\"banana\"}"u8.ToArray(),
        _ => [0xFF, 0xFE, 0x7B, 0x22, 0xC3, 0x28],
        _ => Encoding.UTF8.GetBytes(new string('[', 20_000)),
        _ => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"args\":", 5_000))),
        _ => Encoding.UTF8.GetBytes($"{{\"args\":[\"{new string('x', 3 << 20)}\"]}}"),
        _ => Encoding.UTF8.GetBytes($"{{\"args\":[{string.Join(',', Enumerable.Repeat("1", 100_000))}]}}"),
        random => [.. Enumerable.Range(0, random.Next(1, 400)).Select(_ => (byte)random.Next(256))],
    ];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Requests_BrokenOrHostile_AreRejectedAndTheSiloContinues()
    {
        var ports = Servers.Ports.Take(3);
        await using var silo = ProgramProcess.Start("Silo", "--urls", $"http://127.0.0.1:{ports[2]}", "--Silo:Port", $"{ports[0]}",
            "--Silo:GatewayPort", $"{ports[1]}", "--Storage:Provider", "Memory");
        await silo.WritesAsync("/openapi/v1.json");
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{ports[2]}"), Timeout = TimeSpan.FromSeconds(30) };
        var random = new Random(Seed);
        var answers = new Dictionary<HttpStatusCode, int>();
        for (var n = 0; n < Requests; n++)
        {
            using var request = Request(random);
            using var response = await SendAsync(http, request);
            if (response is null)
            {
                continue;
            }

            Assert.True((int)response.StatusCode is < 500 or 503 or 504,
                $"{n}: {request.Method} {request.RequestUri} was answered with {(int)response.StatusCode}: "
                    + $"{await response.Content.ReadAsStringAsync(Stop)}\n{silo.Output}");
            answers[response.StatusCode] = answers.GetValueOrDefault(response.StatusCode) + 1;
            if ((int)response.StatusCode >= 400 && response.Content.Headers.ContentLength != 0)
            {
                Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            }
        }

        Assert.True(answers.GetValueOrDefault(HttpStatusCode.BadRequest) > 50, string.Join(", ", answers));
        var value =
            await (await http.PostAsJsonAsync("/api/tasks/fibonacci/run", new { args = new[] { 50 } },
                Stop)).Content.ReadFromJsonAsync<JsonElement>(Stop);
        Assert.Equal(12586269025, value.GetProperty("value").GetInt64());
    }

    /// <summary>
    /// Sends a request. Returns null if the server closed the connection during a body that is too large, before the answer could be read.
    /// </summary>
    private static async Task<HttpResponseMessage?> SendAsync(HttpClient http, HttpRequestMessage request)
    {
        try
        {
            return await http.SendAsync(request, Stop);
        }
        catch (HttpRequestException e) when (e.InnerException is IOException && request.Content?.Headers.ContentLength > 1 << 20)
        {
            // HTTP/1.1 has no other way to stop a sender. The next request shows that the silo still works.
            return null;
        }
    }

    private static HttpRequestMessage Request(Random random)
    {
        var path = string.Format(null, Pick(Paths, random), Pick(Names, random), Pick(Numbers, random));

        // GET on this path would stream events, which other tests cover.
        var request =
            new HttpRequestMessage(
                path == "/broadcasts"
                    ? HttpMethod.Post
                    : Pick([HttpMethod.Get, HttpMethod.Post, HttpMethod.Put, HttpMethod.Delete, HttpMethod.Post, HttpMethod.Put], random),
                        new Uri("/api" + path, UriKind.Relative));
        if (request.Method != HttpMethod.Get)
        {
            request.Content = new ByteArrayContent(Pick(Bodies, random)(random));
            request.Content.Headers.ContentType =
                MediaTypeHeaderValue.Parse(
                    Pick(["application/json", "application/json", "application/json", "text/plain", "application/xml",
                        "application/json; charset=utf-16"], random));
            request.Headers.TryAddWithoutValidation("Idempotency-Key", Pick(["", "key", new string('k', 5_000), "a\tb"], random));
        }

        return request;
    }

    private static T Pick<T>(IReadOnlyList<T> from, Random random) => from[random.Next(from.Count)];
}
