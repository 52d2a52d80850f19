using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Streams;

/// <summary>The clocks of a process.</summary>
internal static class EngineClocks
{
    /// <summary>The clock of pauses between tries: that of messages, which tests leave running when they hold the clock of grains.</summary>
    internal static TimeProvider OfPauses(IServiceProvider services) =>
        services.GetKeyedService<TimeProvider>(TimeProviderNames.Messaging) ?? TimeProvider.System;

    /// <summary>The clock that grains have, so that a silo and its client agree, and tests set one clock.</summary>
    internal static TimeProvider OfGrains(IServiceProvider services) =>
        services.GetKeyedService<TimeProvider>(TimeProviderNames.Grains) ?? services.GetService<TimeProvider>() ?? TimeProvider.System;
}
