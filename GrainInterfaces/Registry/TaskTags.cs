using OrleansTasks.Text;

namespace OrleansTasks.Registry;

/// <summary>What tags of tasks may be.</summary>
internal static class TaskTags
{
    private const int MaxCount = 20;
    private const int MaxLength = 50;

    public static IEnumerable<string> Faults(IReadOnlyList<string>? tags)
    {
        if (tags is null)
        {
            yield break;
        }

        if (tags.Count > MaxCount)
        {
            yield return $"Options.Tags has {tags.Count} tags; {MaxCount} are allowed.";
        }

        foreach (var tag in tags.Where(t => string.IsNullOrWhiteSpace(t) || t.Length > MaxLength || t != t.Trim() || t.Contains(',') || !ShownText.IsHarmless(t)).Take(MaxCount))
        {
            yield return $"Options.Tags has '{ShownText.Of(tag, 2 * MaxLength)}'; a tag has 1 to {MaxLength} characters, no comma, control character or mark of direction among them, and no white space at either end.";
        }
    }
}
