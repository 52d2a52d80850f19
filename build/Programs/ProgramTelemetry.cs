using OpenTelemetry;
using OpenTelemetry.Resources;

namespace OrleansTasks.Programs;

/// <summary>Configures where the two programs send their traces, metrics and logs.</summary>
internal static class ProgramTelemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>
    /// Sends telemetry over OTLP if OpenTelemetry's standard settings name an endpoint. Otherwise nothing listens, and no telemetry is
    /// created.
    /// </summary>
    public static void AddProgramTelemetry(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration[Endpoint]))
        {
            return;
        }

        // A name and an id from the environment override the program's own, because an app host identifies its telemetry by them.
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName).AddEnvironmentVariableDetector())
            .WithTracing(static traces => traces.AddSource(TasksTelemetry.SourceName, "Microsoft.AspNetCore"))
            .WithMetrics(static metrics => metrics.AddMeter(TasksTelemetry.MeterName, "Microsoft.AspNetCore.Hosting", "System.Runtime"))
            .WithLogging(null, static logs => logs.IncludeScopes = true)
            .UseOtlpExporter();
    }
}
