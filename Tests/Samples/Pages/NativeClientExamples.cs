using System.Text.Json.Serialization;

namespace OrleansTasks.Tests.Samples.Pages;

// What the page about native clients shows. Nothing here is run; that it compiles, with the generator, is the test.
internal static class NativeClientExamples
{
    public static async Task UseAsync()
    {
        // example: native-client
        using var http = new HttpClient { BaseAddress = new Uri("http://127.0.0.1:5080/api/"), Timeout = Timeout.InfiniteTimeSpan };
        ITaskClient client = new HttpTaskClient(http);

        await using var results = await client.SubscribeResultsAsync("offer");
        Offer offer = await client.Tasks.Offer.RunAsync(new Order("book", 2));
        RunId run = await client.Tasks.Offer.DispatchAsync(new Order("pen", 3));
        // end
        Console.WriteLine($"{offer} {run}");
    }
}

internal sealed record Order(string Article, int Count);

internal sealed record Offer(decimal Price);

// example: native-contract
[TaskContract]
internal interface IShop
{
    [Task("offer")]
    Task<Offer> OfferAsync(Order order);
}

[TaskJsonContext]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Offer))]
internal sealed partial class ShopJson : JsonSerializerContext;
// end
