using System.Globalization;
using System.Text;
using OrleansTasks.Chaos.Faults;
using OrleansTasks.Chaos.Judging;

namespace OrleansTasks.Chaos;

/// <summary>Draws when each task was due and when it ran. The faults are shaded.</summary>
internal static class Timeline
{
    private const int PerSecond = 12;
    private const int Row = 14;
    private const int Left = 90;

    public static string Draw(Verdict verdict, IReadOnlyList<Outage> outages, DateTimeOffset start, DateTimeOffset end)
    {
        var tasks = verdict.Targets.GroupBy(t => t.Task.Name).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
        var width = Left + X(end + Promises.Recovery) + 20;
        var height = 40 + (tasks.Count * Row) + 20;
        var svg = new StringBuilder().Append(CultureInfo.InvariantCulture, $"""
            <!doctype html><meta charset="utf-8"><title>Timeline</title>
            <style>body{"{"}font:12px sans-serif{"}"} text{"{"}font:10px sans-serif{"}"}</style>
            <p>Each line is a task. Green: it began within a second of its instant; orange: later, and still in time; red: not in time;
            grey: the cluster reported it as lost with its silo. Shaded: a fault, from its begin until it was healed.</p>
            <svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">
            """);
        for (var i = 0; i < outages.Count; i++)
        {
            var outage = outages[i];
            svg.Append(CultureInfo.InvariantCulture, $"""
                <rect x="{Left + X(outage.From)}" y="0" width="{Math.Max(2, X(outage.Healed) - X(outage.From))}" height="{height}"
                  fill="#c33" fill-opacity="0.12"/>
                <text x="{Left + X(outage.From) + 2}" y="{10 + (i % 2 * 12)}">{outage.Fault.Describe()}</text>
                """);
        }

        for (var second = 0; start.AddSeconds(second) <= end; second += 10)
        {
            svg.Append(CultureInfo.InvariantCulture, $"""<text x="{Left + (second * PerSecond)}" y="36" fill="#666">{second} s</text>""");
        }

        for (var i = 0; i < tasks.Count; i++)
        {
            var y = 40 + (i * Row);
            svg.Append(CultureInfo.InvariantCulture,
                $"""<text x="2" y="{y + 10}">{tasks[i].Key} {OftenOf(tasks[i].First().Task.Guarantee)}</text>""");
            foreach (var target in tasks[i])
            {
                var colour = !target.Met ? target.ReportedLost ? "#888" : "#d00" : target.Lateness > Promises.Punctual ? "#e80" : "#2a2";
                var due = Left + X(target.Due);
                svg.Append(CultureInfo.InvariantCulture,
                    $"""
                    <line x1="{due}" y1="{y + 6}" x2="{Left + X(target.Start ?? target.Due)}" y2="{y + 6}" stroke="{colour}"/>
                    <circle cx="{due}" cy="{y + 6}" r="3" fill="{colour}">
                      <title>{target.Task.Name} due {target.Due:HH:mm:ss.fff}, began {target.Start:HH:mm:ss.fff}</title>
                    </circle>
                    """);
            }
        }

        return svg.Append("</svg>").ToString();

        static string OftenOf(RunGuarantee guarantee) => guarantee == RunGuarantee.AtMostOnce ? "≤1" : "≥1";

        int X(DateTimeOffset instant) => (int)Math.Round((instant - start).TotalSeconds * PerSecond);
    }
}
