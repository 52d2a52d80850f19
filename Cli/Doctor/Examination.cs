using System.Diagnostics;
using System.Text;
using System.Text.Json;
using OrleansTasks.Cli.Api;
using OrleansTasks.Cli.Hosting;
using OrleansTasks.Cli.Output;

namespace OrleansTasks.Cli.Doctor;

/// <summary>Checks a cluster through its API. It changes nothing.</summary>
/// <param name="api">The server.</param>
/// <param name="time">The clock of this machine.</param>
internal sealed class Examination(ApiClient api, TimeProvider time)
{
    private const int MostTasks = 5_000;
    private static readonly TimeSpan ClockTolerance = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Overdue = TimeSpan.FromMinutes(1);
    private static readonly string[] HealthPaths = ["health/live", "health/ready"];
    private readonly List<Finding> _findings = [];
    private DateTimeOffset _now = time.GetUtcNow();
    private bool _started;

    /// <summary>Gets whether the server has answered.</summary>
    public bool Reached { get; private set; }

    /// <summary>Gets whether the server has accepted this tool's requests.</summary>
    public bool Admitted { get; private set; }

    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken ct)
    {
        Token();
        if (await SchedulerAsync(ct).ConfigureAwait(false))
        {
            foreach (var path in HealthPaths)
            {
                await HealthAsync(path, ct).ConfigureAwait(false);
            }

            await TriedAsync("silos", SilosAsync, ct).ConfigureAwait(false);
            await TriedAsync("tasks", OverviewAsync, ct).ConfigureAwait(false);
            await TriedAsync("schedules", SchedulesAsync, ct).ConfigureAwait(false);
        }

        return _findings;
    }

    private void Good(string what, string says) => _findings.Add(new Finding(FindingLevel.Good, what, says));

    private void Note(string what, string says, string? mend = null) => _findings.Add(new Finding(FindingLevel.Note, what, says, mend));

    private void Mend(string what, string says, string mend) => _findings.Add(new Finding(FindingLevel.Mend, what, says, mend));

    private async Task TriedAsync(string what, Func<CancellationToken, Task> look, CancellationToken ct)
    {
        try
        {
            await look(ct).ConfigureAwait(false);
        }
        catch (CliException e)
        {
            Mend(what, e.Message, "See the log of the server.");
        }
    }

    private void Token()
    {
        if (api.Server.SendsTokenInClear)
        {
            Mend("token", $"It is sent to {api.Server.Api} without encryption.",
                "Serve the API over https, and use that address for --server.");
        }

        if (api.Server.Token is { } token && ExpiryOf(token) is { } expiry)
        {
            if (expiry <= time.GetUtcNow())
            {
                Mend("token", $"It expired at {Texts.Of(expiry)}.", "Get a new token.");
            }
            else
            {
                Good("token", $"It is valid until {Texts.Of(expiry)}.");
            }
        }
    }

    /// <summary>Returns when a JSON Web Token expires, or null if the token has another format or does not expire.</summary>
    private static DateTimeOffset? ExpiryOf(string token)
    {
        var parts = token.Split('.');
        if (parts.Length != 3)
        {
            return null;
        }

        try
        {
            var text = parts[1].Replace('-', '+').Replace('_', '/');
            var claims = JsonSerializer.Deserialize<JsonElement>(
                Encoding.UTF8.GetString(Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='))));
            return claims.Number("exp") is > 0 and < 253_402_300_800 and var seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;
        }
        catch (Exception e) when (e is FormatException or JsonException)
        {
            return null;
        }
    }

    private async Task<bool> SchedulerAsync(CancellationToken ct)
    {
        ApiAnswer answer;
        var (before, begun) = (time.GetUtcNow(), Stopwatch.GetTimestamp());
        try
        {
            answer = await api.SendAsync(HttpMethod.Get, "scheduler", null, ct).ConfigureAwait(false);
        }
        catch (CliException e)
        {
            Reached = e.ExitCode == ExitCodes.Refused;
            Mend(Reached ? "access" : "server", e.Message,
                Reached ? "Check --token and --server." : "Start the server, or set its address with --server.");
            return false;
        }

        (Reached, Admitted) = (true, true);
        Good("server", $"{api.Server.Api} answers within {Texts.Of(Stopwatch.GetElapsedTime(begun))}.");
        Clock(before, answer.Date);
        var state = answer.Body.Text("state");
        _started = state == "started";
        if (_started)
        {
            Good("scheduler", "It is started.");
        }
        else
        {
            Mend("scheduler", $"It is {state}: schedules do not fire.", "If this is not intended: orleanstasks scheduler start");
        }

        Partitions(answer.Body);
        return true;
    }

    // The Date header has a precision of one second.
    private void Clock(DateTimeOffset before, DateTimeOffset? date)
    {
        if (date is not { } there)
        {
            Note("clock", "The server does not report its time.");
            return;
        }

        var here = before + (time.GetUtcNow() - before) / 2;
        var difference = there + TimeSpan.FromSeconds(0.5) - here;
        _now = there;
        if (difference.Duration() > ClockTolerance)
        {
            Mend("clock",
                $"The server's clock is {Texts.Of(difference.Duration())} {(difference > TimeSpan.Zero ? "ahead of" : "behind")} the "
                    + "clock of this machine.", "Synchronize the clocks of all machines with NTP.");
        }
        else
        {
            Good("clock", "The clocks of the server and this machine agree to within one or two seconds.");
        }
    }

    private void Partitions(JsonElement scheduler)
    {
        var all = scheduler.Member("partitions") is { ValueKind: JsonValueKind.Array } p ? p.EnumerateArray().ToList() : [];
        var wanted = all.Count > 0 ? all.Max(static q => q.Number("partitionCount")) : 0;
        var unowned = all.Where(static q => string.IsNullOrEmpty(q.Text("silo"))).Select(static q => q.Text("partition")).ToList();
        if (all.Count < wanted || unowned.Count > 0 || all.Count == 0)
        {
            Mend("partitions",
                $"{all.Count - unowned.Count} of {wanted} have an "
                    + $"owner{(unowned.Count > 0 ? $"; without one: {string.Join(", ", unowned)}" : "")}. Tasks of the other partitions "
                    + "do not fire.", "See the logs of the silos and /health/ready.");
        }
        else
        {
            Good("partitions", $"All {wanted} have an owner, on {all.Select(static q => q.Text("silo")).Distinct().Count()} silos.");
        }

        foreach (var partition in all.Where(static q => q.Text("storageTrouble") is not null))
        {
            Mend("storage",
                $"Partition {partition.Text("partition")} on {partition.Text("silo")} cannot use its "
                    + $"storage{(partition.Text("storageFailsFor") is { } since ? $" for {since}" : "")}: "
                    + $"{partition.Text("storageTrouble")}", "Repair the database or the connection to it.");
        }
    }

    private async Task HealthAsync(string path, CancellationToken ct)
    {
        try
        {
            await api.SendAsync(HttpMethod.Get, new Uri(api.Server.Root, path).AbsoluteUri, null, ct).ConfigureAwait(false);
            Good(path, "It is healthy.");
        }
        catch (CliException e) when (e.ExitCode == ExitCodes.Refused)
        {
            Note(path, "It does not exist.", "Probes need it: app.MapTasksHealth()");
        }
        catch (CliException e) when (e.Message.Contains("503", StringComparison.Ordinal))
        {
            Mend(path, "It is unhealthy.", $"See {new Uri(api.Server.Root, path)} on that machine.");
        }
        catch (CliException)
        {
            // On other machines, the endpoint answers with a word instead of JSON.
            Good(path, "It answers.");
        }
    }

    private async Task SilosAsync(CancellationToken ct)
    {
        var silos = (await api.GetAsync("silos", ct).ConfigureAwait(false)).EnumerateArray().ToList();
        foreach (var silo in silos)
        {
            if (silo.Is("isDrained"))
            {
                Note("silo", $"{silo.Text("silo")} is drained and takes no runs.", "To resume it: POST /silos/{silo}/resume");
            }
            else if (silo.Member("running") is null)
            {
                Mend("silo", $"{silo.Text("silo")} does not answer.", "See its log. If it is dead, the cluster removes it by itself.");
            }
        }

        if (silos.Count == 0)
        {
            Mend("silos", "There are no silos.", "Start a silo.");
        }
        else
        {
            Good("silos", $"{silos.Count}: {string.Join(", ", silos.Select(SiloInWords))}.");
        }

        var names = silos.Select(static s => s.Text("silo")).ToHashSet();
        await foreach (var handler in api.PagesAsync("handlers", "after", ct).ConfigureAwait(false))
        {
            var having = handler.Member("silos") is { ValueKind: JsonValueKind.Array } s ? s.GetArrayLength() : 0;
            if (having > 0 && having < names.Count)
            {
                Note("handler", $"{handler.Text("name")} is on {having} of {names.Count} silos.",
                    "If this is not intended, the silos have different versions.");
            }
        }
    }

    private async Task OverviewAsync(CancellationToken ct)
    {
        var overview = await api.GetAsync("overview", ct).ConfigureAwait(false);
        Good("tasks",
            $"{overview.Number("active")} active, {overview.Number("paused")} paused, {overview.Number("completed")} completed, "
                + $"{overview.Number("cancelled")} cancelled.");
        if (overview.Number("withoutHandler") is > 0 and var without)
        {
            var first = List(overview, "firstWithoutHandler").Select(static t => $"{t.Text("name")} ({t.Text("handler")})");
            Mend("handlers", $"No silo has the handlers of {without} tasks: {string.Join(", ", first)}.",
                "Deploy silos that have them, or cancel the tasks.");
        }

        var late = List(overview, "oldestDue").Where(r => r.Instant("dueAt") < _now - Overdue).ToList();
        if (late.Count > 0)
        {
            Mend("runs",
                $"{overview.Number("dueRuns")} are due and have not started. The oldest, {late[0].Text("runId")}, has been due since "
                    + $"{late[0].Shown("dueAt")}.", "See what the run waits for with 'show'. Add places or silos, or increase the limit.");
        }

        var overdue = List(overview, "nextDue").Where(t => t.Text("state") == "active" && t.Instant("nextDue") < _now - Overdue).ToList();
        if (_started && overdue.Count > 0)
        {
            Mend("overdue",
                $"These should have fired and didn't: "
                    + $"{string.Join(", ", overdue.Select(static t => $"{t.Text("name")} ({t.Shown("nextDue")})"))}.",
                        "See their ledgers and the logs of the silos.");
        }
    }

    private async Task SchedulesAsync(CancellationToken ct)
    {
        var seen = 0;
        await foreach (var task in api.PagesAsync("tasks?limit=1000", "after", ct).ConfigureAwait(false))
        {
            if (task.Text("scheduleFault") is { } fault)
            {
                Mend("schedule", $"{task.Text("name")} does not fire: {fault}", "Register it with another schedule.");
            }

            if (++seen == MostTasks)
            {
                Note("schedules", $"Only the first {MostTasks} tasks were checked.");
                return;
            }
        }
    }

    private static string SiloInWords(JsonElement silo) =>
        $"{silo.Text("silo")} ({silo.Text("running") ?? "?"} running, {silo.Text("partitions")} partitions)";

    private static IEnumerable<JsonElement> List(JsonElement json, string member) =>
        json.Member(member) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];
}
