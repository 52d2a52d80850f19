using Microsoft.Extensions.DependencyInjection;
using Orleans.Storage;
using Orleans.TestingHost;
using Xunit;

namespace OrleansTasks.Tests.Storage;

/// <summary>The log on providers, with the serializer that silos have.</summary>
public sealed class ProviderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("ot-provider-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task Log_OnAProvider_KeepsItemsAndFencesOwners(string provider)
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            if (provider == "memory")
            {
                silo.AddMemoryGrainStorage(TaskStorage.Name);
            }
            else
            {
                silo.UseSqliteTasks(Path.Combine(_folder, "tasks.db"));
            }
        });
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
