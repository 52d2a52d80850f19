// Provides the types to which the linked files of the library refer, as far as the generator needs them.
namespace System.Text.Json.Serialization
{
    [AttributeUsage(AttributeTargets.All)]
    internal sealed class JsonConverterAttribute(Type converter) : Attribute
    {
        public Type Converter { get; } = converter;
    }
}

namespace OrleansTasks.Values
{
    internal static class CamelCaseEnumConverter<T>;
}

namespace OrleansTasks.Schedules.Timing
{
    internal static class OccurrenceEffectsJsonConverter;
}

namespace OrleansTasks
{
    /// <summary>The exception that is thrown when something is not valid. The message is the one of the library's own exception.</summary>
    internal sealed class InvalidTaskException(string? task, IReadOnlyList<string> faults) : Exception(string.Join(" ", faults))
    {
        public string? Task { get; } = task;
    }

    internal sealed class ScheduleTooExpensiveException(string? task, string reason) : Exception("The schedule is too expensive to "
        + $"compute. {reason}")
    {
        public string? Task { get; } = task;
    }

    internal static class CronSchedule
    {
        public const int MaxLength = 1000;
    }
}
