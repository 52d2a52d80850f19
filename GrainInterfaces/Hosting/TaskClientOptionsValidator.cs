using Microsoft.Extensions.Options;

namespace OrleansTasks.Hosting;

/// <summary>Reports all values that are out of range.</summary>
internal sealed class TaskClientOptionsValidator : IValidateOptions<TaskClientOptions>
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    public ValidateOptionsResult Validate(string? name, TaskClientOptions options)
    {
        var faults = new List<string>();
        Check(options.ConnectTimeout >= TimeSpan.Zero && options.ConnectTimeout <= Day, nameof(options.ConnectTimeout),
            options.ConnectTimeout, "zero to 1 day");
        Check(options.RetryFor >= TimeSpan.Zero && options.RetryFor <= Day, nameof(options.RetryFor), options.RetryFor, "zero to 1 day");
        Check(options.SubscriberBuffer >= 16, nameof(options.SubscriberBuffer), options.SubscriberBuffer, "at least 16");
        Check(options.SubscriberBufferSize >= 1 << 20, nameof(options.SubscriberBufferSize), options.SubscriberBufferSize,
            "at least 1 MiB");
        Check(
            options.SubscriptionCheckPeriod >= TimeSpan.FromMilliseconds(100) && options.SubscriptionCheckPeriod <= TimeSpan.FromHours(1),
            nameof(options.SubscriptionCheckPeriod), options.SubscriptionCheckPeriod, "100 ms to 1 hour");
        Check(options.MaxBroadcastSize is >= 1024 and <= 64 << 20, nameof(options.MaxBroadcastSize), options.MaxBroadcastSize,
            "1 KiB to 64 MiB");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);

        void Check(bool good, string option, object value, string range)
        {
            if (!good)
            {
                faults.Add($"TaskClientOptions.{option} is {value}; allowed: {range}.");
            }
        }
    }
}
