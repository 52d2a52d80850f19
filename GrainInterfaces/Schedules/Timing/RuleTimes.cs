namespace OrleansTasks.Schedules.Timing;

/// <summary>
/// Represents the seconds of a day, hour or minute that result from combining three lists of hours, minutes and seconds. They are counted
/// and searched, but never enumerated.
/// </summary>
/// <param name="hours">The hours, sorted. 0 if an hour or a minute is meant.</param>
/// <param name="minutes">The minutes, sorted.</param>
/// <param name="seconds">The seconds, sorted.</param>
internal sealed class RuleTimes(int[] hours, int[] minutes, int[] seconds)
{
    public int Count { get; } = hours.Length * minutes.Length * seconds.Length;

    /// <summary>Gets the n-th second, from 0.</summary>
    public int this[int index]
    {
        get
        {
            var (minute, second) = Math.DivRem(index, seconds.Length);
            var (hour, rest) = Math.DivRem(minute, minutes.Length);
            return (hours[hour] * 3600) + (minutes[rest] * 60) + seconds[second];
        }
    }

    /// <summary>Returns the first one after a second, or -1 if there is none.</summary>
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
