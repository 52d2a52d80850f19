using System.Runtime.InteropServices;
using OrleansTasks.Tests.Servers;

namespace OrleansTasks.Tests.Packages;

/// <summary>Compiles a client natively, outside the repository, and lets it use a server.</summary>
public sealed class NativeClientTests(Packed packed)
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_OfAClient_HasNoWarningAndItRunsDispatchesAndSubscribes()
    {
        var folder = Directory.CreateDirectory(Path.Combine(packed.Folder, "Native")).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "Native.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <TargetFramework>net10.0</TargetFramework>
                <OutputType>Exe</OutputType>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <PublishAot>true</PublishAot>
                <InvariantGlobalization>true</InvariantGlobalization>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="OrleansTasks.Client.Http" Version="{packed.Version}" />
              </ItemGroup>
            </Project>
            """, Stop);
        await File.WriteAllTextAsync(Path.Combine(folder, "Program.cs"), """
            using System.Runtime.CompilerServices;
            using System.Text.Json.Serialization;
            using OrleansTasks;

            using var http = new HttpClient { BaseAddress = new Uri(args[0]), Timeout = Timeout.InfiniteTimeSpan };
            var (client, json) = ((ITaskClient)new HttpTaskClient(http), new NativeJson(TaskJson.CreateOptions()));
            await using var results = await client.SubscribeResultsAsync("offer");
            await using var messages = await client.SubscribeBroadcastsAsync();

            Console.WriteLine($"native: {!RuntimeFeature.IsDynamicCodeSupported}");
            Console.WriteLine($"ran: {await client.Tasks.Offer.RunAsync(new Order("book", 2))}");
            Console.WriteLine($"ran: {await client.RunAsync<long>("square", [12])}");
            var run = await client.Tasks.Offer.DispatchAsync(new Order("pen", 3));
            Console.WriteLine($"dispatched: {(await client.WaitAsync(run)).GetValue(json.Offer)}");
            await foreach (var result in results)
            {
                Console.WriteLine($"result {result.Sequence}: {result.GetValue(json.Offer)}");
                if (result.RunId == run)
                {
                    break;
                }
            }

            await client.BroadcastAsync(new Order("news", 1), json.Order);
            await foreach (var message in messages)
            {
                Console.WriteLine($"message: {message.GetValue(json.Order)}");
                break;
            }

            try
            {
                await client.RunAsync("nothing");
            }
            catch (TaskNotFoundException e)
            {
                Console.WriteLine($"not found: {e.Task}");
            }

            internal sealed record Order(string Item, int Count);

            internal sealed record Offer(string Item, decimal Price);

            [TaskContract]
            internal interface IShop
            {
                [Task("offer")]
                Task<Offer> OfferAsync(Order order);
            }

            [TaskJsonContext]
            [JsonSerializable(typeof(Order))]
            [JsonSerializable(typeof(Offer))]
            internal sealed partial class NativeJson : JsonSerializerContext;
            """, Stop);
        var plain = packed.MadePlainAsync();
        await packed.RunAsync(folder, "publish", "-r", RuntimeInformation.RuntimeIdentifier, "-o", "published");

        var ports = Ports.Take(3);
        var work = Directory.CreateDirectory(Path.Combine(packed.Folder, "NativeServer")).FullName;
        await using var server = Packed.StartPlain(await plain, work, ports);
        await server.WritesAsync("Application started.");
        var output = await Programs.RunAsync(Path.Combine(folder, "published", "Native"), $"http://127.0.0.1:{ports[0]}/api/");

        Assert.Equal(
            [
                "native: True",
                "ran: Offer { Item = book, Price = 5.0 }",
                "ran: 144",
                "dispatched: Offer { Item = pen, Price = 7.5 }",
                "result 1: Offer { Item = book, Price = 5.0 }",
                "result 2: Offer { Item = pen, Price = 7.5 }",
                "message: Order { Item = news, Count = 1 }",
                "not found: nothing",
            ],
            output.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }
}
