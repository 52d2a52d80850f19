



namespace OrleansTasks.Ui;

/// <summary>The steps of a run in their order. Pure.</summary>
public static class RunTimeline
{
    /// <summary>The steps, as far as they are known: of earlier attempts only how many failed.</summary>
    public static IReadOnlyList<RunStep> Of(RunInfo run, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        var steps = new List<RunStep> { new("quiet", run.ScheduledAt > now ? "Due" : "Was due", run.ScheduledAt > now ? Clock.Relative(run.ScheduledAt, now) : "", run.ScheduledAt) };
        var failures = Math.Max(run.Failures, (run.Result?.Attempt ?? run.Attempt) - 1);
        if (failures > 0)
        {
            steps.Add(new("bad", Words.Count(failures, "attempt") + " before", "did not succeed", null));
        }

        if (run.StartedAt is { } started)
        {
            var attempt = run.Attempt > 1 ? $"Attempt {run.Attempt} began" : "Began";
            steps.Add(new("busy", attempt, run.Attempt <= 1 ? $"{Clock.Exact(started - run.ScheduledAt)} late" : "", started));
        }

        if (run.FinishedAt is { } finished)
        {
            steps.Add(new(Words.Tone(run.Status), Capital(Words.Of(run.Status)), run.StartedAt is { } from ? $"after {Clock.Exact(finished - from)}" : "without having begun", finished));
        }
        else if (run.NextAttemptAt is { } next)
        {
            steps.Add(new("warn", $"Attempt {run.Attempt + 1} is due", Clock.Ahead(next, now), next));
        }
        else if (run.Status == RunStatus.Running && run.StartedAt is { } since)
        {
            steps.Add(new("busy", "Runs", $"for {Clock.Exact(now - since)} now", null));
        }
        else if (run.Status == RunStatus.Waiting)
        {
            steps.Add(new("warn", "Waits", run.WaitingFor ?? "", null));
        }

        return steps;
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}

/// <summary>One step of a run.</summary>
/// <param name="Tone">How it is coloured.</param>
/// <param name="Title">What happened.</param>
/// <param name="Text">More of it.</param>
/// <param name="At">When; null if that is not one instant.</param>
public sealed record RunStep(string Tone, string Title, string Text, DateTimeOffset? At);
