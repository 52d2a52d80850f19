using OrleansTasks.Text;

namespace OrleansTasks.Schedules.Timing;

/// <summary>Handles rules for clock changes. Values in messages may be undefined.</summary>
internal static class ClockRules
{
    public static void Check(GapRule? gap, OverlapRule? overlap)
    {
        if (gap is { } g && !Enum.IsDefined(g))
        {
            throw new InvalidTaskException(null, [EnumText.Fault("gap", g)]);
        }

        if (overlap is { } o && !Enum.IsDefined(o))
        {
            throw new InvalidTaskException(null, [EnumText.Fault("overlap", o)]);
        }
    }

    /// <summary>Returns the chosen rules for clock changes, as the end of a description. Empty if none was chosen.</summary>
    public static string InWords(GapRule? gap, OverlapRule? overlap) => gap switch
    {
        GapRule.FirstValid => ", what clocks skip right after",
        GapRule.Shift => ", what clocks skip as much later",
        GapRule.Skip => ", without what clocks skip",
        _ => "",
    } + overlap switch
    {
        OverlapRule.First => ", the first time of what clocks repeat",
        OverlapRule.Second => ", the second time of what clocks repeat",
        OverlapRule.Both => ", both times of what clocks repeat",
        _ => "",
    };
}
