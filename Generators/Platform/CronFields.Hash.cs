using System.Reflection;
using System.Text.RegularExpressions;

namespace OrleansTasks.Schedules.Timing;

internal static partial class CronFields
{
    private static readonly Regex Letter = typeof(CronFields).GetMethod(nameof(Hash),
        BindingFlags.Static | BindingFlags.NonPublic)!.GetCustomAttribute<GeneratedRegexAttribute>()!.Make();

    // The source generator for [GeneratedRegex] is available only from .NET 7.
    private static partial Regex Hash() => Letter;
}
