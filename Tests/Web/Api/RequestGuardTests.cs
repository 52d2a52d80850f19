using System.Net.Http.Headers;
using System.Text;

namespace OrleansTasks.Tests.Web;

/// <summary>
/// Tests what the guard refuses before an endpoint sees the request: other sites, other content types, and bodies that are too large.
/// </summary>
public sealed class RequestGuardTests : IAsyncLifetime
{
    private ApiHost _api = null!;

    public async ValueTask InitializeAsync()
    {
        _api = await ApiHost.StartAsync(o =>
        {
            o.MaxRequestBodySize = 4096;
            o.MaxJsonDepth = 8;
            o.AllowedOrigins.Add("https://ops.example.com");
            o.AllowedHosts.Add("tasks.example.com");
        });
        _api.Tasks.Add("a");
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Theory]
    [InlineData("POST", "tasks/a/run")]
    [InlineData("POST", "tasks/a/dispatch")]
    [InlineData("POST", "tasks/a/trigger")]
    [InlineData("POST", "tasks/a/pause")]
    [InlineData("POST", "tasks/a/resume")]
    [InlineData("PUT", "tasks/a")]
    [InlineData("DELETE", "tasks/a")]
    [InlineData("DELETE", "runs/a~00000000000000000000000000000000")]
    [InlineData("POST", "broadcasts")]
    [InlineData("POST", "scheduler/start")]
    [InlineData("POST", "scheduler/stop")]
    public async Task Change_FromAnotherSite_IsRefused(string method, string path)
    {
        var before = _api.Tasks.Get("a").Info;
        (await _api.SendAsync(method, path, change: r => r.Headers.Add("Sec-Fetch-Site", "cross-site"))).Problem(403, "cross-site");
        (await _api.SendAsync(method, path, change: r => r.Headers.Add("Sec-Fetch-Site", "same-site"))).Problem(403, "cross-site");
        (await _api.SendAsync(method, path, change: r => r.Headers.Add("Origin", "http://evil.example"))).Problem(403, "cross-site");
        (await _api.SendAsync(method, path, change: r => r.Headers.Add("Origin", "null"))).Problem(403, "cross-site");
        Assert.Same(before, _api.Tasks.Get("a").Info);
        Assert.True(_api.Tasks.Started);
    }

    [Fact]
    public async Task Change_FromTheSameHostOnAnotherPort_IsRefused() =>
        (await _api.SendAsync("POST", "tasks/a/run", "{}", r => r.Headers.Add("Origin", "http://127.0.0.1:1"))).Problem(403, "cross-site");

    [Theory]
    [InlineData("Sec-Fetch-Site", "same-origin")]
    [InlineData("Sec-Fetch-Site", "none")]
    [InlineData("Origin", "https://ops.example.com")]
    [InlineData("Origin", "self")]
    public async Task Change_FromHereOrAnAllowedSite_IsServed(string header, string value)
    {
        var own = _api.Http.BaseAddress!.GetLeftPart(UriPartial.Authority);
        Assert.Equal(200,
            (await _api.SendAsync("POST", "tasks/a/run", "{}", r => r.Headers.Add(header, value == "self" ? own : value))).Status);
    }

    [Fact]
    public async Task Change_BehindAProxyThatTerminatesTls_IsServed() =>
        Assert.Equal(200, (await _api.SendAsync("POST", "tasks/a/run", "{}", r =>
    {
        r.Headers.Host = "tasks.example.com";
        r.Headers.Add("Origin", "https://tasks.example.com");
    })).Status);

    [Fact]
    public async Task Read_FromAnotherSite_IsServed() =>
        Assert.Equal(200, (await _api.SendAsync("GET", "tasks", change: r => r.Headers.Add("Sec-Fetch-Site", "cross-site"))).Status);

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData(null)]
    public async Task Change_WithOtherContent_Is415(string? contentType)
    {
        foreach (var (method, path) in new[]
        {
            ("POST", "tasks/a/run"), ("PUT", "tasks/a"), ("POST", "broadcasts"), ("POST", "tasks/a/resume"), ("POST", "scheduler/stop")
        })
        {
            (await _api.SendAsync(method, path, "{}",
                r => r.Content!.Headers.ContentType = contentType is null ? null : new MediaTypeHeaderValue(contentType)))
                .Problem(415, "not-json");
        }

        Assert.True(_api.Tasks.Started);
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/vnd.tasks+json")]
    public async Task Change_WithAnyKindOfJson_IsServed(string contentType) => Assert.Equal(
        200, (await _api.SendAsync("POST", "tasks/a/run", "{}",
            r => r.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType))).Status);

    [Fact]
    public async Task Change_EmptyBodyOfAnyType_IsServedWhereAllIsOptional() =>
        Assert.Equal(200,
            (await _api.SendAsync("POST", "tasks/a/run", "",
                r => r.Content!.Headers.ContentType = new MediaTypeHeaderValue("text/plain"))).Status);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_LargerThanTheLimit_Is413(bool withLength)
    {
        var json = $$"""{"args":["{{new string('x', 5000)}}"]}""";
        var answer = await _api.SendAsync("POST", "tasks/a/run", json, r => r.Headers.TransferEncodingChunked = !withLength);
        Assert.Equal(4096, answer.Problem(413, "too-large").GetProperty("limit").GetInt32());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Body_WithinTheLimit_IsServedDespiteTheServersOwnLimit(bool withLength)
    {
        var json = $$"""{"args":["{{new string('x', 4000)}}"]}""";
        Assert.Equal(200, (await _api.SendAsync("POST", "tasks/a/run", json, r => r.Headers.TransferEncodingChunked = !withLength)).Status);
    }

    [Fact]
    public async Task Body_NestedTooDeep_Is400()
    {
        var deep = new string('[', 20) + new string(']', 20);
        (await _api.SendAsync("POST", "tasks/a/run", $$"""{"args":{{deep}}}""")).Problem(400, "malformed-json");
        (await _api.SendAsync("POST", "broadcasts", deep)).Problem(400, "malformed-json");
    }

    [Theory]
    [InlineData("{")]
    [InlineData("nonsense")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("{} {}")]
    [InlineData("{\"args\":[1]")]
    [InlineData("{\"unknown\":1}")]
    [InlineData("{\"timeout\":\"5 seconds\"}")]
    [InlineData("{\"timeout\":5}")]
    [InlineData("{\"guarantee\":\"sometimes\"}")]
    [InlineData("{\"named\":{\"\\ud800\":1}}")]
    public async Task Body_UnexpectedJson_Is400(string body) =>
        (await _api.SendAsync("POST", "tasks/a/run", body)).Problem(400, "malformed-json");

    [Fact]
    public async Task Body_WithAByteOrderMark_IsServed() =>
        Assert.Equal(200, (await _api.SendAsync("POST", "tasks/a/run", "\uFEFF{}")).Status);

    [Theory]
    [InlineData("gzip")]
    [InlineData("br, gzip")]
    public async Task Body_Encoded_Is415AndNamesTheEncoding(string encoding)
    {
        var answer = await _api.SendAsync("POST", "tasks/a/run", "{}", r => r.Content!.Headers.Add("Content-Encoding", encoding));
        Assert.Contains($"'{encoding}'", answer.Problem(415, "not-json").GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Body_WithContentEncodingIdentity_IsServed() =>
        Assert.Equal(200,
            (await _api.SendAsync("POST", "tasks/a/run", "{}", r => r.Content!.Headers.Add("Content-Encoding", "identity"))).Status);

    [Fact]
    public async Task Body_InAnotherCharset_Is415AndNamesIt()
    {
        var answer = await _api.SendAsync("POST", "tasks/a/run", "{}",
            r => r.Content!.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json; charset=utf-16"));
        Assert.Contains("'utf-16'", answer.Problem(415, "not-json").GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Response_Any_ForbidsSniffingAndCaching()
    {
        foreach (var (method, path, body) in new[]
        {
            ("GET", "tasks", null), ("POST", "tasks/a/run", "{}"), ("POST", "tasks/a/run", "{"), ("GET", "tasks/none", null)
        })
        {
            var answer = await _api.SendAsync(method, path, body);
            Assert.Equal(("nosniff", "no-store"),
                (answer.Headers.GetValues("X-Content-Type-Options").Single(), answer.Headers.CacheControl!.ToString()));
        }
    }

    [Theory]
    [InlineData("2200-01-01T00:00:00Z")]
    [InlineData("9999-12-31T23:59:59Z")]
    public void Dispatch_AtAnInstantOutOfRange_IsAFault(string at)
    {
        var instant = DateTimeOffset.Parse(at, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(2, new DispatchOptions { At = instant, ExpiresAt = instant }.Faults().Count);
    }

    [Fact]
    public async Task Body_NotUtf8_Is400() => (await _api.SendAsync("POST", "tasks/a/run", "{}", r =>
    {
        r.Content = new ByteArrayContent([.. "{\"args\":[\""u8, 0xC3, 0x28, .. "\"]}"u8]);
        r.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = Encoding.UTF8.WebName };
    })).Problem(400, "malformed-json");
}
