using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace OrleansTasks.Tests.Web;

/// <summary>
/// Tests bodies that end early or contradict their headers. The sender is at fault, the log entry is short, and the server buffers only
/// received bytes.
/// </summary>
public sealed class BrokenBodyTests : IAsyncLifetime
{
    private ApiHost _api = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _api = await ApiHost.StartAsync();
        _api.Tasks.Add("a");
    }

    public ValueTask DisposeAsync() => _api.DisposeAsync();

    [Theory]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n7FFFFFFFFFFFFFFF\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n80000000\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\n{}")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\n{}")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n")]
    [InlineData("Content-Length: 100\r\n\r\n{}")]
    [InlineData("Content-Length: 2097152\r\n\r\n")]
    [InlineData("Content-Length: 99999999999999999999\r\n\r\n{}")]
    [InlineData("Content-Length: -1\r\n\r\n{}")]
    [InlineData("Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}")]
    [InlineData("Transfer-Encoding: gzip\r\n\r\n{}")]
    public async Task Body_TruncatedOrMislabeled_Is400OrClosedAndLoggedBriefly(string rest)
    {
        foreach (var path in new[] { "/api/tasks/a/run", "/api/broadcasts", "/api/scheduler/start" })
        {
            var answer = await SendAsync($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{rest}");
            Assert.True(answer.Length == 0 || answer.StartsWith("HTTP/1.1 4", StringComparison.Ordinal), answer);
        }

        Assert.DoesNotContain(_api.Log.Lines,
            l => l.Level >= LogLevel.Warning || (l.Level >= LogLevel.Information && l.Exception is not null));
        Assert.Equal(200, (await _api.SendAsync("POST", "tasks/a/run", "{}")).Status);
    }

    [Theory]
    [InlineData("GET /api/tasks")]
    [InlineData("DELETE /api/tasks/none")]
    [InlineData("POST /api/nothing")]
    public async Task Body_Unread_IsNotLogged(string request)
    {
        var answer = await SendAsync(
            $"{request} HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\n{{}}\r\n0\r\n\r\n");
        Assert.False(answer.StartsWith("HTTP/1.1 5", StringComparison.Ordinal), answer);
        Assert.DoesNotContain(_api.Log.Lines, l => l.Level >= LogLevel.Warning);
    }

    [Fact]
    public async Task Body_AnnouncedButNotSent_TakesNoMemory()
    {
        var sockets = new List<TcpClient>();
        try
        {
            GC.Collect();
            var before = GC.GetTotalMemory(forceFullCollection: true);
            for (var n = 0; n < 300; n++)
            {
                var socket = new TcpClient();
                sockets.Add(socket);
                await socket.ConnectAsync("127.0.0.1", _api.Port, Stop);
                await socket.GetStream()
                    .WriteAsync(
                        (byte[])[
                            .. "POST /api/tasks/a/run HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"u8,
                            .. "Content-Type: application/json\r\nContent-Length: 2097152\r\n\r\n"u8,
                        ], Stop);
            }

            foreach (var socket in sockets)
            {
                // The server asks for the body when the endpoint reads it. Any buffer for the body exists from then on.
                var answer = new byte[25];
                await socket.GetStream().ReadExactlyAsync(answer, Stop);
                Assert.StartsWith("HTTP/1.1 100 Continue", Encoding.ASCII.GetString(answer), StringComparison.Ordinal);
            }

            Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, 100 << 20);
        }
        finally
        {
            sockets.ForEach(s => s.Dispose());
        }
    }

    [Fact]
    public async Task Body_OfAnotherType_IsRejectedBeforeItIsRead()
    {
        var answer =
            await SendAsync(
                "POST /api/tasks/a/run HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Type: "
                    + "text/plain\r\nContent-Length: 2000000\r\n\r\n", end: false);
        Assert.StartsWith("HTTP/1.1 415", answer, StringComparison.Ordinal);
    }

    /// <summary>Sends the bytes unchanged, closes the sending side, and returns the whole response.</summary>
    private async Task<string> SendAsync(string request, bool end = true)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync("127.0.0.1", _api.Port, Stop);
        var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), Stop);
        if (end)
        {
            socket.Client.Shutdown(SocketShutdown.Send);
        }

        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, Stop);
        }
        catch (IOException)
        {
            // A closed connection is a valid answer too.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
