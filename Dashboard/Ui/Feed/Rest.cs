namespace OrleansTasks.Ui;

/// <summary>Decides how long a page waits before it reads again. Pure.</summary>
internal static class Rest
{
    /// <summary>The maximum rest, however long a read took.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    private const int TimesAsLong = 50;

    /// <summary>
    /// Returns the rest after a read. A read that was answered is repeated the less often the longer it took, because it costs the cluster
    /// that much. A read that failed says nothing about that cost: its duration is a timeout.
    /// </summary>
    /// <param name="least">The minimum rest, which also follows a read that failed.</param>
    /// <param name="took">The duration of the read.</param>
    /// <param name="answered">Whether the cluster answered it.</param>
    public static TimeSpan After(TimeSpan least, TimeSpan took, bool answered) =>
        !answered || took < least / TimesAsLong ? least
        : took > Longest / TimesAsLong ? Longest
        : took * TimesAsLong;
}
