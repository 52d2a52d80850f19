using System.Diagnostics.Metrics;

namespace OrleansTasks.Telemetry;

/// <summary>Contains the instruments for requests of a process: of a client, or of a silo by itself.</summary>
internal sealed class ClientMetrics : IDisposable
{
    private readonly Meter? _own;
    private readonly Counter<long> _refused;

    /// <summary>Creates the instruments.</summary>
    /// <param name="meters">The host's meters. Null: this client creates its own.</param>
    public ClientMetrics(IMeterFactory? meters = null)
    {
        var version = typeof(ClientMetrics).Assembly.GetName().Version?.ToString(3);
        var meter = meters?.Create(TasksTelemetry.MeterName, version) ?? (_own = new Meter(TasksTelemetry.MeterName, version));
        _refused = meter.CreateCounter<long>("orleanstasks.requests.refused", "{request}",
            "Requests of this process that the cluster refused.");
    }

    /// <summary>Counts a rejected request. It is used in the condition of a catch clause.</summary>
    /// <returns>False, so that the exception is not caught.</returns>
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
            // One of the host's listeners threw. This does not change the result for the caller.
        }

        return false;
    }

    // The host's factory disposes the others.
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
