using System.Text.Json.Serialization;
using OrleansTasks.Values;

namespace OrleansTasks;

/// <summary>What a cron expression means that names days of the month and days of the week.</summary>
[JsonConverter(typeof(CamelCaseEnumConverter<CronDays>))]
public enum CronDays
{
    /// <summary>A day must match both fields: <c>0 9 13 * FRI</c> is every Friday the 13th.</summary>
    Both,

    /// <summary>
    /// A day must match one of the fields, as in Vixie cron: <c>0 9 13 * FRI</c> is the 13th and every Friday. If a field begins with <c>*</c> or <c>?</c>, both must match.
    /// </summary>
    Either,
}
