using System.Reflection;
using System.Text.RegularExpressions;

namespace OrleansTasks.Schedules.Timing;

internal static partial class CronFields
{
    private static readonly Regex Letter = typeof(CronFields).GetMethod(nameof(Hash), BindingFlags.Static | BindingFlags.NonPublic)!.GetCustomAttribute<GeneratedRegexAttribute>()!.Make();

    // The compiler's part of [GeneratedRegex] comes with .NET 7.
    private static partial Regex Hash() => Letter;
}
