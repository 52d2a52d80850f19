using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>What was logged while a run's last attempt ran, in its own flow of execution.</summary>
/// <param name="At">When.</param>
/// <param name="Level">How serious it is.</param>
/// <param name="Category">The logger's category: the task's name, or the type that logged.</param>
/// <param name="Message">The message, with the exception's type and message if there was one; shortened to 1,000 characters.</param>
[GenerateSerializer, Immutable, Alias("OrleansTasks.RunLogLine")]
public sealed record RunLogLine(
    [property: Id(0)] DateTimeOffset At,
    [property: Id(1), JsonConverter(typeof(CamelCaseEnumConverter<LogLevel>))] LogLevel Level,
    [property: Id(2)] string Category,
    [property: Id(3)] string Message);
