using System.Net;
using OrleansTasks.Storage.Redis;
using Xunit;

namespace OrleansTasks.Tests.Storage;

public sealed class RedisAddressTests
{
    [Theory]
    [InlineData("redis://:secret@redis.example:6380/2", "redis.example", 6380, null, "secret", 2, false)]
    [InlineData("redis://app:s%40cret@redis.example", "redis.example", 6379, "app", "s@cret", null, false)]
    [InlineData("rediss://app:secret@redis.example", "redis.example", 6379, "app", "secret", null, true)]
    [InlineData("REDIS://redis.example/", "redis.example", 6379, null, null, null, false)]
    [InlineData("redis://:secret@redis.example,connectTimeout=1000", "redis.example", 6379, null, "secret", null, false)]
    [InlineData("redis.example:6380,password=secret", "redis.example", 6380, null, "secret", null, false)]
    public void Read_Address_ReturnsItsParts(string text, string host, int port, string? user, string? password, int? database, bool tls)
    {
        var options = RedisConnection.Read(text);
        Assert.Equal(new DnsEndPoint(host, port), Assert.Single(options.EndPoints));
        Assert.Equal((user, password, database, tls), (options.User, options.Password, options.DefaultDatabase, options.Ssl));
    }

    [Theory]
    [InlineData("redis://:secret@")]
    [InlineData("redis://:secret@host/first")]
    [InlineData("tcp://:secret@host")]
    public void Read_InvalidAddress_IsNotRepeatedInTheError(string text) =>
        Assert.DoesNotContain("secret", Assert.ThrowsAny<ArgumentException>(() => RedisConnection.Read(text)).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Shown_OfAServer_HasNothingBeforeTheAtSign() =>
        Assert.Equal("host:6379", RedisAddress.Shown(new DnsEndPoint("redis://:secret@host", 6379)));
}
