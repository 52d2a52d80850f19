using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>Defines how a cron expression combines days of the month and days of the week.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<CronDays>))]
public enum CronDays
{
    /// <summary>Requires a day to match both fields: <c>0 9 13 * FRI</c> is every Friday the 13th.</summary>
    Both,

    /// <summary>
    /// Requires a day to match one of the fields, as in Vixie cron: <c>0 9 13 * FRI</c> is the 13th and every Friday. If a field begins
    /// with <c>*</c> or <c>?</c>, both must match.
    /// </summary>
    Either,
}
