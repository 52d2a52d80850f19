



namespace OrleansTasks.Ui;

/// <summary>Lists the steps of a run in order. Pure.</summary>
public static class RunTimeline
{
    /// <summary>Returns the known steps of a run. For earlier attempts, only the number of failures is known.</summary>
    public static IReadOnlyList<RunStep> Of(RunInfo run, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(run);
        var steps = new List<RunStep>
        {
            new("quiet", run.ScheduledAt > now ? "Due" : "Was due", run.ScheduledAt > now ? Clock.Relative(run.ScheduledAt, now) : "",
                run.ScheduledAt)
        };
        var failures = Math.Max(run.Failures, (run.Result?.Attempt ?? run.Attempt) - 1);
        if (failures > 0)
        {
            steps.Add(new("bad", Words.Count(failures, "attempt") + " before", "did not succeed", null));
        }

        if (run.Losses > 0)
        {
            steps.Add(new("bad", run.Losses == 1 ? "Lost with its silo" : $"Lost {run.Losses:N0} times with its silo",
                "and started again; when it had begun before is not kept", null));
        }

        if (run.StartedAt is { } started)
        {
            // Only the first start shows how late the run was; a repeated one is late because of what happened before.
            var isFirst = run is { Attempt: <= 1, Losses: 0 };
            var attempt = run.Attempt > 1 ? $"Attempt {run.Attempt} began" : "Began";
            steps.Add(new("busy", run.Losses > 0 ? $"{attempt}, again" : attempt,
                isFirst ? $"{Clock.Exact(started - run.ScheduledAt)} late" : "", started));
        }

        if (run.FinishedAt is { } finished)
        {
            steps.Add(
                new(Words.Tone(run.Status), Capital(Words.Of(run.Status)),
                    run.StartedAt is { } from ? $"after {Clock.Exact(finished - from)}" : "without having begun", finished));
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

/// <summary>Represents one step of a run.</summary>
/// <param name="Tone">The color class.</param>
/// <param name="Title">The summary of the step.</param>
/// <param name="Text">The details.</param>
/// <param name="At">The instant of the step; null if it is not a single instant.</param>
public sealed record RunStep(string Tone, string Title, string Text, DateTimeOffset? At);
