using System.Text.Json;

namespace OrleansTasks.Telemetry;

/// <summary>Defines the names of attributes and tags, and the values of some.</summary>
internal static class TelemetryTags
{
    public const string System = "orleanstasks";
    public const string MessagingSystem = "messaging.system";
    public const string OperationName = "messaging.operation.name";
    public const string OperationType = "messaging.operation.type";
    public const string Destination = "messaging.destination.name";
    public const string MessageId = "messaging.message.id";
    public const string ErrorType = "error.type";
    public const string Task = "orleanstasks.task";
    public const string Handler = "orleanstasks.handler";
    public const string Run = "orleanstasks.run_id";
    public const string Attempt = "orleanstasks.attempt";
    public const string Status = "orleanstasks.status";
    public const string Trigger = "orleanstasks.trigger";
    public const string Reason = "orleanstasks.reason";
    public const string ScheduledAt = "orleanstasks.scheduled_at";
    public const string Silo = "orleanstasks.silo";
    public const string Batch = "orleanstasks.batch_id";
    public const string Parent = "orleanstasks.parent_run_id";
    public const string Moved = "orleanstasks.moved";
    public const string Partition = "orleanstasks.partition";
    public const string Storage = "orleanstasks.storage";
    public const string Record = "orleanstasks.record";

    /// <summary>Returns a status, as in JSON.</summary>
    public static string Of(RunStatus status) => Names<RunStatus>.Of(status);

    /// <summary>Returns the trigger of a run, as in JSON.</summary>
    public static string Of(RunTrigger trigger) => Names<RunTrigger>.Of(trigger);

    /// <summary>Returns the reason why an occurrence was skipped, as in JSON.</summary>
    public static string Of(OutcomeReason reason) => Names<OutcomeReason>.Of(reason);

    /// <summary>Caches the names of an enumeration.</summary>
    private static class Names<T>
        where T : struct, Enum
    {
        private static readonly Dictionary<T, string> _names = Enum.GetValues<T>().Distinct()
            .ToDictionary(static v => v, static v => JsonNamingPolicy.CamelCase.ConvertName(v.ToString()));

        public static string Of(T value) => _names.GetValueOrDefault(value) ?? "other";
    }
}
