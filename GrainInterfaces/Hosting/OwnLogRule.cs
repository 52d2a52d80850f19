using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace OrleansTasks.Hosting;

/// <summary>
/// Keeps a log filter for <c>Orleans</c> from being one for <c>OrleansTasks</c> too: filters compare the beginning of categories, letter by letter. Where a host sets one for <c>Orleans</c> and
/// none for <c>OrleansTasks</c>, what this library logs follows the host's general level, as if that filter were not there.
/// </summary>
internal sealed class OwnLogRule : IPostConfigureOptions<LoggerFilterOptions>
{
    private const string Own = "OrleansTasks";
    private const string Others = "Orleans";

    public void PostConfigure(string? name, LoggerFilterOptions options)
    {
        foreach (var rule in options.Rules.Where(r => IsForOrleans(r.CategoryName)).ToList())
        {
            if (!options.Rules.Any(r => r.ProviderName == rule.ProviderName && r.CategoryName?.StartsWith(Own, StringComparison.OrdinalIgnoreCase) == true))
            {
                options.Rules.Add(new LoggerFilterRule(rule.ProviderName, Own, GeneralLevel(options, rule.ProviderName), null));
            }
        }
    }

    /// <summary>A filter for "Orleans", or, with a wildcard, for what begins so.</summary>
    private static bool IsForOrleans(string? category) => category is not null && category.TrimEnd('*').Equals(Others, StringComparison.OrdinalIgnoreCase);

    /// <summary>What holds where no filter names a category; the last one wins, and one of the provider's own over one of all.</summary>
    private static LogLevel? GeneralLevel(LoggerFilterOptions options, string? provider) =>
        (Last(options, provider) ?? Last(options, null)) is { } rule ? rule.LogLevel : options.MinLevel;

    private static LoggerFilterRule? Last(LoggerFilterOptions options, string? provider) =>
        options.Rules.LastOrDefault(r => r.ProviderName == provider && string.IsNullOrEmpty(r.CategoryName?.TrimEnd('*')) && r.Filter is null);
}
