using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Represents a line that was logged in the async flow of a run's last attempt.</summary>
/// <param name="At">The time of the line.</param>
/// <param name="Level">The log level.</param>
/// <param name="Category">The logger's category: the task's name, or the type that logged.</param>
/// <param name="Message">The message, with the type and message of the exception, if there was one. Text beyond 1,000 characters is cut
/// off.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunLogLine")]
public sealed record RunLogLine(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1), JsonConverter(typeof(CamelCaseEnumConverter<LogLevel>))] LogLevel Level,
    [property: Id(2)] string Category,
    [property: Id(3)] string Message);
