namespace OrleansTasks.Schedules.Timing;

/// <summary>The seconds of a day, or of an hour or minute, that every hour, minute and second of three lists make. They are counted and found, never written out.</summary>
/// <param name="hours">Sorted; 0 where an hour or a minute is meant.</param>
/// <param name="minutes">Sorted.</param>
/// <param name="seconds">Sorted.</param>
internal sealed class RuleTimes(int[] hours, int[] minutes, int[] seconds)
{
    public int Count { get; } = hours.Length * minutes.Length * seconds.Length;

    /// <summary>The n-th one, from 0.</summary>
    public int this[int index]
    {
        get
        {
            var (minute, second) = Math.DivRem(index, seconds.Length);
            var (hour, rest) = Math.DivRem(minute, minutes.Length);
            return (hours[hour] * 3600) + (minutes[rest] * 60) + seconds[second];
        }
    }

    /// <summary>The first one after a second; -1 if there is none.</summary>
    public int NextAfter(int second)
    {
        if (second < 0)
        {
            return this[0];
        }

        var (hour, minute, rest) = (second / 3600, second / 60 % 60, second % 60);
        var h = FirstFrom(hours, hour);
        if (h < hours.Length && hours[h] == hour)
        {
            var m = FirstFrom(minutes, minute);
            if (m < minutes.Length && minutes[m] == minute && FirstFrom(seconds, rest + 1) is var s && s < seconds.Length)
            {
                return (hour * 3600) + (minute * 60) + seconds[s];
            }

            m += m < minutes.Length && minutes[m] == minute ? 1 : 0;
            if (m < minutes.Length)
            {
                return (hour * 3600) + (minutes[m] * 60) + seconds[0];
            }

            h++;
        }

        return h < hours.Length ? (hours[h] * 3600) + (minutes[0] * 60) + seconds[0] : -1;
    }

    private static int FirstFrom(int[] sorted, int value)
    {
        var at = Array.BinarySearch(sorted, value);
        return at >= 0 ? at : ~at;
    }
}
