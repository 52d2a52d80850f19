using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Storage;
using OrleansTasks.Storage;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>Tests the stored form of records.</summary>
public sealed class RecordSerializerTests : IDisposable
{
    private readonly IHost _host = Host.CreateApplicationBuilder()
        .UseOrleans(silo => silo.UseLocalhostClustering().UseInMemoryTasks().AddTasks()).Build();

    private IGrainStorageSerializer Records => _host.Services.GetRequiredKeyedService<IGrainStorageSerializer>(TaskStorage.Name);

    [Fact]
    public void Deserialize_SerializedRecord_RoundTrips()
    {
        var record = New();
        var stored = Records.Serialize(record);

        // The JSON of items stays as it is.
        Assert.Contains("""{"name":"Grüße","text":"a \"b\""}""", Encoding.UTF8.GetString(stored.ToArray()), StringComparison.Ordinal);
        Check(record, Records.Deserialize<ItemsRecord>(stored)!);
    }

    [Fact]
    public void Deserialize_Json_ReadsRecordsOfEarlierVersions()
    {
        var record = New();
        var json = _host.Services.GetRequiredService<IGrainStorageSerializer>().Serialize(record);
        Assert.Equal((byte)'{', json.ToArray()[0]);
        Check(record, Records.Deserialize<ItemsRecord>(json)!);
    }

    public void Dispose() => _host.Dispose();

    private static ItemsRecord New() =>
        new() { Id = Guid.NewGuid(), Epoch = 7, Keys = ["t:a", "t:b"], Values = ["""{"name":"Grüße","text":"a \"b\""}""", null] };

    private static void Check(ItemsRecord expected, ItemsRecord read) => Assert.Equal(
        (expected.Id, expected.Epoch, expected.Version, string.Join('|', expected.Keys), string.Join('|', expected.Values)),
        (read.Id, read.Epoch, read.Version, string.Join('|', read.Keys), string.Join('|', read.Values)));
}
