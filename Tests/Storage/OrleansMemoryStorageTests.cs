using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>The log on a provider of Orleans, with the serializer that silos have.</summary>
public sealed class OrleansMemoryStorageTests
{
    [Fact]
    public async Task Log_OnMemoryGrainStorage_KeepsItemsAndFencesOwners()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) => silo.AddMemoryGrainStorage(TaskStorage.Name));
        await using var cluster = builder.Build();
        await cluster.DeployAsync(TestContext.Current.CancellationToken);
        var storage = cluster.Silos[0].ServiceProvider.GetRequiredKeyedService<IGrainStorage>(TaskStorage.Name);

        await Turns.RunAsync(async () =>
        {
            var first = await TestOwner.OpenAsync(storage);
            await first.CommitAsync(new LogChange("2030-01-01T00:00:00Z", "\"2030-01-01T00:00:00Z\""), new LogChange("ü", "{\"x\":\"\\\"\"}"));
            for (var i = 0; i < 500; i++)
            {
                await first.PutAsync($"k{i % 30}", i % 7 == 0 ? null : $"\"{i}\"");
            }

            var second = await TestOwner.OpenAsync(storage);
            Assert.Equal(first.State, second.State);
            await Assert.ThrowsAsync<PartitionFencedException>(() => first.PutAsync("k1", "1"));

            await second.PutAsync("k1", "2");
            await second.Log.CheckpointAsync();
            await second.Log.CloseAsync();
            Assert.Equal(second.State, (await TestOwner.OpenAsync(storage)).State);
        });
    }
}
