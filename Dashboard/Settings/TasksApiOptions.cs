using OrleansTasks.Access;

namespace OrleansTasks;

/// <summary>Settings of the HTTP API.</summary>
public sealed class TasksApiOptions
{
    /// <summary>Whether results are sent with the stack of the exception that a handler threw. Default: false.</summary>
    public bool SendStacks { get; set; }

    /// <summary>The largest body of a request, in bytes. Default: 2 MiB. Range: 1 KiB to 64 MiB.</summary>
    public int MaxRequestBodySize { get; set; } = 2 << 20;

    /// <summary>How deep the JSON of a request may be nested. Default: 64. Range: 4 to 64, which is what values of tasks may have.</summary>
    public int MaxJsonDepth { get; set; } = 64;

    /// <summary>How long it may take to look ahead in a schedule while a request is read. Default: 5 s. Range: 100 ms to 1 minute. What takes longer is refused with 400.</summary>
    public TimeSpan MaxScheduleTime { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often a quiet event stream sends a comment, so that nothing between takes it for dead. Default: 15 s. Range: 100 ms to 1 hour.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How many events of each of <c>/results</c>, <c>/events</c> and <c>/broadcasts</c> are kept for listeners that come back. Default: 10,000.
    /// Range: 16 to 1,000,000.
    /// </summary>
    public int ReplayEvents { get; set; } = 10_000;

    /// <summary>How many bytes those events may have together, in each of the streams. Default: 64 MiB. Range: 1 MiB to 1 GiB.</summary>
    public int ReplaySize { get; set; } = 64 << 20;

    /// <summary>How long those events are still collected when nobody listens any more. Default: 60 s. Range: zero to 1 hour.</summary>
    public TimeSpan ReplayLinger { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Other sites whose pages may send requests that change something, such as <c>https://ops.example.com</c>: scheme, host and, unless
    /// it is the scheme's own, port. Default: none.
    /// </summary>
    public IList<string> AllowedOrigins { get; } = [];

    /// <summary>
    /// Host names under which the API is served to every machine that reaches it, without an authorization: such as <c>tasks.example.com</c>, <c>*.example.com</c> or <c>10.0.0.11</c>, without a
    /// port. Default: none, so that only requests from this machine are served unless the endpoints are given an authorization (<c>RequireAuthorization</c>, or <c>AllowAnonymous</c>). Where some
    /// are named, requests under other names than these and this machine's own are refused, also where an authorization is demanded.
    /// </summary>
    /// <remarks>This keeps pages of other sites out (DNS rebinding); it does not keep any machine out that reaches the port.</remarks>
    public IList<string> AllowedHosts { get; } = [];

    /// <summary>
    /// The name of the authorization policy that every request demands: looking as well as acting. Null, the default: none, so that only requests from this machine are served, unless the endpoints are
    /// given an authorization of their own (<c>RequireAuthorization</c>, or <c>AllowAnonymous</c>).
    /// </summary>
    public string? LookPolicy { get; set; }

    /// <summary>
    /// The name of the authorization policy that requests demand which change something, or run a task: all but <c>GET</c>, and the preview of a schedule. It is demanded besides
    /// <see cref="LookPolicy"/>. Null, the default: whoever may look may act. Set alone, it leaves looking to this machine.
    /// </summary>
    public string? ActPolicy { get; set; }

    /// <summary>
    /// Changes JSON before it is sent, to keep secrets from being read: gets the task's name (null for a broadcast that no task sent), which kind of JSON it is, and the JSON; gives what is sent in
    /// its place. It is asked for the same as <see cref="TasksDashboardOptions.Mask"/>. Null, the default: the hooks of the program's dashboards are asked, if there are any. If it throws, nothing of
    /// that JSON is sent, and the log says so.
    /// </summary>
    public Func<string?, MaskedKind, string, string>? Mask { get; set; }

    internal IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        Check(LookPolicy is not { } look || !string.IsNullOrWhiteSpace(look), nameof(LookPolicy), "empty", "the name of a policy, or null");
        Check(ActPolicy is not { } act || !string.IsNullOrWhiteSpace(act), nameof(ActPolicy), "empty", "the name of a policy, or null");
        Check(MaxRequestBodySize is >= 1024 and <= 64 << 20, nameof(MaxRequestBodySize), MaxRequestBodySize, "1 KiB to 64 MiB");
        Check(MaxJsonDepth is >= 4 and <= 64, nameof(MaxJsonDepth), MaxJsonDepth, "4 to 64");
        Check(MaxScheduleTime >= TimeSpan.FromMilliseconds(100) && MaxScheduleTime <= TimeSpan.FromMinutes(1), nameof(MaxScheduleTime), MaxScheduleTime, "100 ms to 1 minute");
        Check(Heartbeat >= TimeSpan.FromMilliseconds(100) && Heartbeat <= TimeSpan.FromHours(1), nameof(Heartbeat), Heartbeat, "100 ms to 1 hour");
        Check(ReplayEvents is >= 16 and <= 1_000_000, nameof(ReplayEvents), ReplayEvents, "16 to 1,000,000");
        Check(ReplaySize is >= 1 << 20 and <= 1 << 30, nameof(ReplaySize), ReplaySize, "1 MiB to 1 GiB");
        Check(ReplayLinger >= TimeSpan.Zero && ReplayLinger <= TimeSpan.FromHours(1), nameof(ReplayLinger), ReplayLinger, "zero to 1 hour");
        faults.AddRange(OriginFaults.Of(AllowedOrigins, nameof(TasksApiOptions)));
        faults.AddRange(AccessRule.HostFaults(AllowedHosts, nameof(TasksApiOptions)));
        return faults;

        void Check(bool good, string option, object value, string range)
        {
            if (!good)
            {
                faults.Add($"TasksApiOptions.{option} is {value}; allowed: {range}.");
            }
        }
    }
}
