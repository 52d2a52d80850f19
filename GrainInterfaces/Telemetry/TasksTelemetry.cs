namespace OrleansTasks;

/// <summary>
/// Provides the names of the sources of traces and metrics. <c>docs/telemetry.md</c> describes their content, which is a contract.
/// </summary>
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
