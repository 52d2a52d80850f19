using OrleansTasks.Text;

namespace OrleansTasks.Registry;

/// <summary>Defines the rules for tags of tasks.</summary>
internal static class TaskTags
{
    public static IEnumerable<string> Faults(IReadOnlyList<string>? tags, TaskEngineLimits limits)
    {
        var (count, length) = (limits.MaxTags, limits.MaxTagLength);
        if (tags is null)
        {
            yield break;
        }

        if (tags.Count > count)
        {
            yield return $"Options.Tags has {tags.Count} tags; {count} are allowed (TasksOptions.Limits.MaxTags).";
        }

        foreach (var tag in tags.Where(
            t => string.IsNullOrWhiteSpace(t) || t.Length > length || t != t.Trim() || t.Contains(',') || !ShownText.IsHarmless(t))
                .Take(Math.Max(count, 1)))
        {
            yield return $"Options.Tags has '{ShownText.Of(tag, 2 * length)}'; 1 to {length} characters are allowed, without commas, "
                + "control characters, direction marks, or white space at either end.";
        }
    }
}
