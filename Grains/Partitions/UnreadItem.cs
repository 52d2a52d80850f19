namespace OrleansTasks.Partitions;

/// <summary>Represents a stored item that cannot be read.</summary>
/// <param name="Key">Its key, shortened, without control characters.</param>
/// <param name="Task">The task to which it belongs; empty if the key does not say.</param>
/// <param name="Reason">The reason, shortened.</param>
internal sealed record UnreadItem(string Key, string Task, string Reason)
{
    private const int KeyLength = 200;
    private const int ReasonLength = 500;

    public static UnreadItem Of(string key, Exception error)
    {
        var task = key is ['t' or 's' or 'k', ':', ..] ? key[2..].Split('\n')[0] : "";
        return new UnreadItem(Clean(key, KeyLength), Clean(task, KeyLength), Clean(error.Message, ReasonLength));
    }

    private static string Clean(string text, int length) =>
        string.Concat(
            (text.Length > length ? $"{text[..length]}…" : text).Select(static c => char.IsControl(c) || char.IsSurrogate(c) ? ' ' : c));
}
