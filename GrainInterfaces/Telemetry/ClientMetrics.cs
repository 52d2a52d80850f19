using System.Diagnostics.Metrics;

namespace OrleansTasks.Telemetry;

/// <summary>The instruments of whoever asks for something: a client, or a silo of itself.</summary>
internal sealed class ClientMetrics : IDisposable
{
    private readonly Meter? _own;
    private readonly Counter<long> _refused;

    /// <param name="meters">The host's meters; null: this client makes its own.</param>
    public ClientMetrics(IMeterFactory? meters = null)
    {
        var version = typeof(ClientMetrics).Assembly.GetName().Version?.ToString(3);
        var meter = meters?.Create(TasksTelemetry.MeterName, version) ?? (_own = new Meter(TasksTelemetry.MeterName, version));
        _refused = meter.CreateCounter<long>("orleanstasks.requests.refused", "{request}", "Requests of this process that the cluster refused.");
    }

    /// <summary>Counts that a request was refused. For the condition of a catch clause.</summary>
    /// <returns>False: it is thrown on.</returns>
    public bool NoteRefused(TaskException e)
    {
        try
        {
            if (_refused.Enabled)
            {
                _refused.Add(1, new KeyValuePair<string, object?>(TelemetryTags.Reason, ReasonOf(e)));
            }
        }
        catch (Exception)
        {
            // A listener of the host's threw; what is told to the caller stays what it is.
        }

        return false;
    }

    // The host's factory has the others.
    public void Dispose() => _own?.Dispose();

    private static string ReasonOf(TaskException e) => e switch
    {
        TasksOverloadedException => "overloaded",
        PayloadTooLargeException => "tooLarge",
        TaskNotFoundException or RunNotFoundException => "notFound",
        TaskCancelledException => "cancelled",
        SchedulerStoppedException => "stopped",
        TaskStorageException => "storage",
        ClusterUnreachableException => "unreachable",
        TaskArgumentException => "arguments",
        InvalidTaskException or ScheduleTooExpensiveException => "invalid",
        TaskConflictException or IdempotencyConflictException or RequestForgottenException => "conflict",
        _ => "other",
    };
}
