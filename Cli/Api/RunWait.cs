using System.Text.Json;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Cli.Output;

namespace OrleansTasks.Cli.Api;

/// <summary>Waits until a run has ended.</summary>
/// <param name="api">The server.</param>
/// <param name="time">The clock.</param>
/// <param name="tell">Shows progress messages to the user.</param>
internal sealed class RunWait(ApiClient api, TimeProvider time, Action<string> tell)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan SurprisinglyLong = TimeSpan.FromSeconds(3);

    /// <summary>Waits until the run has ended. Tolerates interruptions of the connection of up to 30 seconds.</summary>
    /// <returns>The run.</returns>
    public async Task<JsonElement> EndAsync(string run, CancellationToken ct)
    {
        try
        {
            return await PollAsync(run, ct).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            tell($"The run {run} continues. To wait for it: orleanstasks wait {run}   To stop it: orleanstasks cancel {run}");
            throw;
        }
    }

    private async Task<JsonElement> PollAsync(string run, CancellationToken ct)
    {
        var (begun, reached) = (time.GetTimestamp(), time.GetTimestamp());
        var (told, asked) = (false, false);
        for (var pause = FirstPause; ; pause = pause * 1.5 < LongestPause ? pause * 1.5 : LongestPause)
        {
            try
            {
                var info = await api.GetAsync($"runs/{ApiClient.Part(run)}", ct).ConfigureAwait(false);
                reached = time.GetTimestamp();
                if (info.Text("status") is not ("pending" or "waiting" or "running"))
                {
                    return info;
                }

                if (!asked && info.Text("status") != "running" && time.GetElapsedTime(begun) > SurprisinglyLong)
                {
                    asked = true;
                    await SayWhyAsync(run, info, ct).ConfigureAwait(false);
                }
            }
            catch (CliException e) when (e.ExitCode == ExitCodes.OutOfReach)
            {
                if (time.GetElapsedTime(reached) > Patience)
                {
                    throw new CliException(
                        e.ExitCode, $"{e.Message} The run {run} may still be in progress. To continue waiting: orleanstasks wait {run}");
                }

                if (!told)
                {
                    told = true;
                    tell($"{e.Message} Retrying for {Patience.TotalSeconds:0} s.");
                }
            }

            await Task.Delay(pause, time, ct).ConfigureAwait(false);
        }
    }

    private async Task SayWhyAsync(string run, JsonElement info, CancellationToken ct)
    {
        var scheduler = await api.GetAsync("scheduler", ct).ConfigureAwait(false);
        tell(scheduler.Text("state") is not "started" and var state
            ? $"The run {run} is waiting, because the scheduler is {state}. To start it: orleanstasks scheduler start"
            : $"The run {run} is waiting{(info.Text("waitingFor") is { } what ? $" for {what}" : "")}.");
    }
}
