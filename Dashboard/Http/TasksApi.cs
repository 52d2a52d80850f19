using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansTasks.Events;
using OrleansTasks.Hosting;
using OrleansTasks.Masks;

namespace OrleansTasks.Http;

/// <summary>Stores what the endpoints of one mapped API share.</summary>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as the program.")]
internal sealed class TasksApi
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);
    private readonly IServiceProvider _services;

    // This source is not disposed, because it lives as long as the program.
    private readonly CancellationTokenSource _hurry = new();

    public TasksApi(IServiceProvider services, TasksApiOptions options)
    {
        _services = services;
        Options = options;
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Stopping = services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        Stopping.Register(() => _hurry.CancelAfter(Grace));
        Masking = new ApiMasking(services, options);
        Log = new ContainedLogger(services.GetRequiredService<ILoggerFactory>().CreateLogger("OrleansTasks.Api"));
        Results = Hub<TaskResult>(ct => Client.SubscribeResultsAsync(ct: ct), r => EventData.OfResult(r, options.SendStacks));
        Broadcasts = Hub<BroadcastMessage>(ct => Client.SubscribeBroadcastsAsync(ct), EventData.OfBroadcast);
        TaskEvents = Hub<TaskEvent>(ct => Client.SubscribeEventsAsync(ct: ct), EventData.OfEvent);

        // Reading is strict: a misspelt member would otherwise be a setting that silently has no effect.
        RequestJson = new JsonSerializerOptions(TaskJson.Options)
        {
            MaxDepth = options.MaxJsonDepth,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            AllowDuplicateProperties = false,
        };
        RequestJson.MakeReadOnly(populateMissingResolver: true);
    }

    public ITaskClient Client => _services.GetRequiredService<ITaskClient>();

    public TasksApiOptions Options { get; }

    public JsonSerializerOptions RequestJson { get; }

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    /// <summary>
    /// Gets the token that ends the event streams when the program begins to stop. The stop would otherwise wait for them.
    /// </summary>
    public CancellationToken Stopping { get; }

    /// <summary>
    /// Gets the token that cancels waiting requests a few seconds after the program begins to stop, so that they can first complete by
    /// themselves.
    /// </summary>
    public CancellationToken Hurry => _hurry.Token;

    public ApiMasking Masking { get; }

    public EventHub<TaskResult> Results { get; }

    public EventHub<BroadcastMessage> Broadcasts { get; }

    public EventHub<TaskEvent> TaskEvents { get; }

    public static IResult Json<T>(T value, int status = StatusCodes.Status200OK) =>
        TypedResults.Json(value, TaskJson.Options, statusCode: status);

    public TaskResult Shown(TaskResult result) => Options.SendStacks ? result : result with { Stack = null };

    public TaskInfo Shown(TaskInfo task) => task.LastResult is { } last ? task with { LastResult = Shown(last) } : task;

    public RunInfo Shown(RunInfo run) => run.Result is { } result ? run with { Result = Shown(result) } : run;

    private EventHub<T> Hub<T>(Func<CancellationToken, Task<ITaskSubscription<T>>> subscribe, Func<T, EventData> convert) =>
        new(subscribe, item => Masking.Event(convert(item)), Options, Time, Log, Stopping);
}
