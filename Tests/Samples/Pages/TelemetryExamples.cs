using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;

namespace OrleansTasks.Tests.Samples.Pages;

// What the page about telemetry shows. Nothing here is run; that it compiles is the test.
internal static class TelemetryExamples
{
    public static void Add(IHostApplicationBuilder builder)
    {
        // example: open-telemetry
        builder.Services.AddOpenTelemetry()
            .WithTracing(t => t.AddSource(TasksTelemetry.SourceName, "Microsoft.AspNetCore"))
            .WithMetrics(m => m.AddMeter(TasksTelemetry.MeterName))
            .UseOtlpExporter();
        // end
    }
}
