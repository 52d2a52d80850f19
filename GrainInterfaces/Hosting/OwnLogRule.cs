using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Hosting;

/// <summary>
/// Prevents a log filter for <c>Orleans</c> from also applying to <c>OrleansTasks</c>: filters compare the start of categories, character
/// by character. If a host sets a filter for <c>Orleans</c> and none for <c>OrleansTasks</c>, this library's messages follow the host's
/// general level, as if that filter did not exist.
/// </summary>
internal sealed class OwnLogRule : IPostConfigureOptions<LoggerFilterOptions>
{
    private const string Own = "OrleansTasks";
    private const string Others = "Orleans";

    public void PostConfigure(string? name, LoggerFilterOptions options)
    {
        foreach (var rule in options.Rules.Where(r => IsForOrleans(r.CategoryName)).ToList())
        {
            if (!options.Rules.Any(
                r => r.ProviderName == rule.ProviderName && r.CategoryName?.StartsWith(Own, StringComparison.OrdinalIgnoreCase) == true))
            {
                options.Rules.Add(new LoggerFilterRule(rule.ProviderName, Own, GeneralLevel(options, rule.ProviderName), null));
            }
        }
    }

    /// <summary>Decides whether a filter is for "Orleans", or, with a wildcard, for names that start with it.</summary>
    private static bool IsForOrleans(string? category) =>
        category is not null && category.TrimEnd('*').Equals(Others, StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Returns the level of filters without a category. The last one wins, and a filter for the provider takes precedence over one for all.
    /// </summary>
    private static LogLevel? GeneralLevel(LoggerFilterOptions options, string? provider) =>
        (Last(options, provider) ?? Last(options, null)) is { } rule ? rule.LogLevel : options.MinLevel;

    private static LoggerFilterRule? Last(LoggerFilterOptions options, string? provider) =>
        options.Rules.LastOrDefault(
            r => r.ProviderName == provider && string.IsNullOrEmpty(r.CategoryName?.TrimEnd('*')) && r.Filter is null);
}
