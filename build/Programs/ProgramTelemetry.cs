using OpenTelemetry;
using OpenTelemetry.Resources;

namespace OrleansTasks.Programs;

/// <summary>Where the two programs send their traces, metrics and logs.</summary>
internal static class ProgramTelemetry
{
    private const string Endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";

    /// <summary>Sends them over OTLP where OpenTelemetry's usual settings say where to; otherwise nothing is listened to, and nothing is made.</summary>
    public static void AddProgramTelemetry(this WebApplicationBuilder builder)
    {
        if (string.IsNullOrWhiteSpace(builder.Configuration[Endpoint]))
        {
            return;
        }

        // A name and an id that the environment gives go before the program's own: by them an app host knows whose telemetry it is.
        builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(builder.Environment.ApplicationName).AddEnvironmentVariableDetector())
            .WithTracing(static traces => traces.AddSource(TasksTelemetry.SourceName, "Microsoft.AspNetCore"))
            .WithMetrics(static metrics => metrics.AddMeter(TasksTelemetry.MeterName, "Microsoft.AspNetCore.Hosting", "System.Runtime"))
            .WithLogging(null, static logs => logs.IncludeScopes = true)
            .UseOtlpExporter();
    }
}
