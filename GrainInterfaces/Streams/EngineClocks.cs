using Microsoft.Extensions.DependencyInjection;

namespace OrleansTasks.Streams;

/// <summary>Provides the clocks of a process.</summary>
internal static class EngineClocks
{
    /// <summary>
    /// Returns the clock for pauses between retries. It is the clock of messaging, which continues in tests that stop the clock of grains.
    /// </summary>
    internal static TimeProvider OfPauses(IServiceProvider services) =>
        services.GetKeyedService<TimeProvider>(TimeProviderNames.Messaging) ?? TimeProvider.System;

    /// <summary>Returns the clock of grains, so that a silo and its client agree, and tests set one clock.</summary>
    internal static TimeProvider OfGrains(IServiceProvider services) =>
        services.GetKeyedService<TimeProvider>(TimeProviderNames.Grains) ?? services.GetService<TimeProvider>() ?? TimeProvider.System;
}
