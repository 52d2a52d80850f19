namespace OrleansTasks;

/// <summary>The names under which traces and metrics of tasks are listened to. What they hold is a contract, <c>docs/telemetry.md</c>.</summary>
/// <example>
/// <code>
/// services.AddOpenTelemetry()
///     .WithTracing(t => t.AddSource(TasksTelemetry.SourceName))
///     .WithMetrics(m => m.AddMeter(TasksTelemetry.MeterName));
/// </code>
/// </example>
public static class TasksTelemetry
{
    /// <summary>The name of the <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string SourceName = "OrleansTasks";

    /// <summary>The name of the <see cref="System.Diagnostics.Metrics.Meter"/>.</summary>
    public const string MeterName = "OrleansTasks";
}
